/*
 * Purchases delivered to both receivers per second. Each turn of each row starts from nothing: fresh receivers, an empty place; so
 * many purchases are bought while nobody delivers, then whoever delivers is let go, and time is taken until both receivers' own
 * summaries have all of them.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { freePort } from '../../../shared/shop-processes/free-port.js';
import type { Shop } from '../../../shared/shop-processes/shop.js';
import { buyMany } from '../buy-many.js';
import { ChildScript } from './child-script.js';
import { Closers } from './closers.js';
import type { AppTask, WorkerTask } from './messages.js';
import { prepareShop, setDelivering, webhookSecret } from './real-shop.js';
import type { Entrant } from './roster.js';
import { serverOf, type Field, type Surroundings } from './surroundings.js';
import { Turns, type Row } from './turns.js';

const togetherMany = 100;
const deadlineMsBase = 60_000;
const deadlineMsEach = 15;

export interface FanOutResult {
  readonly purchasesPerSecond: number;
  /** Deliveries that were made and not marked as done in the end. */
  readonly remaining: number;
}

export interface FanOutRows {
  /** One purchase in each request. */
  readonly single: Row<FanOutResult>[];
  /** A hundred. */
  readonly many: Row<FanOutResult>[];
}

export async function benchFanOut(field: Field, surroundings: Surroundings): Promise<FanOutRows> {
  return {
    single: await benchTogether(field, surroundings, 1),
    many: await benchTogether(
      { ...field, entrants: field.entrants.filter(({ takesMany }) => takesMany) },
      surroundings,
      togetherMany,
    ),
  };
}

async function benchTogether(field: Field, surroundings: Surroundings, together: number): Promise<Row<FanOutResult>[]> {
  const { directory, turns, signal, progress } = surroundings;
  const rows = new Turns<FanOutResult>(signal);
  const folder = join(directory, 'fan-out');
  for (let turn = 1; turn <= turns; turn += 1) {
    const step = (row: { name: string; title: string }, run: (run: FanOutRun) => Promise<FanOutResult>) =>
      rows.step(row, async () => {
        progress(`delivering, ${together} in a request, turn ${turn} of ${turns}: ${row.title}`);
        const closers = new Closers();
        try {
          const shop = await prepareShop(folder, together === 1 ? '' : `;batch=${together}`);
          closers.add(() => rm(folder, { recursive: true, force: true }));
          closers.add(() => shop.close());
          await Promise.all([shop.warehouse.start(), shop.finance.start()]);
          return await run({ ...surroundings, shop, closers, together });
        } finally {
          await closers.close();
        }
      });
    await step({ name: 'ours', title: 'ours' }, deliverOurs);
    for (const entrant of field.entrants) await step(entrant, (run) => deliverPeer(field, entrant, run));
  }
  return rows.rows;
}

interface FanOutRun extends Surroundings {
  /** Its receivers run. */
  readonly shop: Shop;
  readonly closers: Closers;
  readonly together: number;
}

async function deliverOurs(run: FanOutRun): Promise<FanOutResult> {
  const { shop, purchases, signal } = run;
  await shop.checkout.start();
  await setDelivering(shop, false);
  await buyMany(shop.checkout.port, purchases, signal);
  const owed = async () => Object.values((await shop.status()).destinations).map(({ pending }) => pending);
  const allOwed = (pending: number[]) => pending.every((each) => each === purchases);
  await shop.waitUntil('all purchases are owed to both', owed, allOwed, { signal });

  const startedAt = performance.now();
  await setDelivering(shop, true);
  await allDelivered(run, signal);
  const purchasesPerSecond = rate(purchases, startedAt);
  await shop.untilAllConfirmed({ signal });
  return { purchasesPerSecond, remaining: 0 };
}

async function deliverPeer(field: Field, entrant: Entrant, run: FanOutRun): Promise<FanOutResult> {
  const { shop, purchases, signal, closers, together } = run;
  const { name: peer } = entrant;
  const server = serverOf(field, entrant);
  const [address, port] = [await server.place(`fan-out-${peer}`), await freePort()];
  const app = await ChildScript.start('./peer-app.js', { peer, address, port } satisfies AppTask);
  closers.add(() => app.stop());
  await buyMany(port, purchases, signal);
  await app.stop();
  await server.rest();

  const urls = { warehouse: `${shop.warehouse.url}/events`, finance: `${shop.finance.url}/events` };
  const destinations = { urls, secret: webhookSecret };
  const task: WorkerTask = { peer, address, destinations, together };
  const worker = await ChildScript.start('./peer-worker.js', task);
  closers.add(() => worker.stop());
  const startedAt = performance.now();
  worker.tell('start');
  await allDelivered(run, AbortSignal.any([signal, worker.ended]), () => worker.errors);
  const purchasesPerSecond = rate(purchases, startedAt);
  const { remaining } = await worker.stop();
  if (remaining === undefined) throw new Error(`the worker did not say what is left\n${worker.errors}`);
  return { purchasesPerSecond, remaining };
}

async function allDelivered({ shop, purchases }: FanOutRun, signal: AbortSignal, explain = () => ''): Promise<void> {
  const held = async () =>
    (await Promise.all([shop.warehouseSummary(), shop.financeSummary()])).map((each) => each.purchases);
  const all = (counts: number[]) => counts.every((count) => count === purchases);
  const deadlineMs = deadlineMsBase + purchases * deadlineMsEach;
  await shop.waitUntil('both receivers hold all purchases', held, all, { signal, deadlineMs, explain });
}

function rate(purchases: number, startedAt: number): number {
  return (purchases / (performance.now() - startedAt)) * 1_000;
}
