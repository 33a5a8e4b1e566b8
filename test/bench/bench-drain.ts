/*
 * Draining a backlog at real receivers, against a bare undici loop that posts the same events to the same receivers from memory.
 *
 * In turns (A B A B …), each with receivers and data of its own. The checkout's side is measured from the moment both destinations are
 * resumed until its own status knows of nothing pending: confirmed by both, on record, and the low-water mark moved.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { defaultOptions } from '../../shared/outbox/index.js';
import { figure } from '../support/print-table.js';
import { destinationsAt, end, ready, resume, startDurable, startReceiver } from './durable-checkout.js';
import { cpuSecondsOf } from './process-figures.js';
import { atLeast, type Aim, type BenchOptions, type Section } from './section.js';
import { median } from './statistics.js';
import { pendingIn, status } from './status-page.js';

const ports = { checkout: 3910, warehouse: 3911, finance: 3912 };
const receivers = ['warehouse', 'finance'] as const;
const pollMs = 100;

/** Single events are fewer: a million take ten minutes on each side. With a quarter as many, code that is still cold is a part of it. */
const kinds = [
  { name: 'batches of 100', batch: 100, part: 1 },
  { name: 'single events', batch: 1, part: 0.06 },
];

interface Side {
  readonly perSecond: number;
  /** Microseconds for each purchase: of whoever sends, and of both receivers together. */
  readonly senderCpuUs: number;
  readonly receiverCpuUs: number;
}

interface Turn {
  readonly checkout: Side;
  readonly bare: Side;
}

interface Row {
  readonly name: string;
  readonly count: number;
  readonly turns: readonly Turn[];
  readonly overBare: number;
}

export const drainSection: Section = {
  name: 'drain',
  async run(options, progress) {
    const rows: Row[] = [];
    for (const { name, batch, part } of kinds) {
      const count = Math.round(options.backlog * part);
      const turns: Turn[] = [];
      for (let turn = 1; turn <= options.turns; turn += 1) {
        progress(`draining ${count}, ${name}, turn ${turn} of ${options.turns}`);
        turns.push({
          checkout: await withReceivers(options, (worked) =>
            drainCheckout(options, { count, batch, worked, progress }),
          ),
          bare: await withReceivers(options, (worked) => drainBare({ count, batch, worked })),
        });
      }
      const overBare = median(turns.map(({ checkout, bare }) => checkout.perSecond / bare.perSecond));
      rows.push({ name, count, turns, overBare });
    }
    return {
      tables: [
        {
          title: 'Draining a backlog: purchases confirmed by warehouse and finance, against a bare undici loop',
          header: ['', 'purchases', '/s', 'bare/s', 'ratio', 'µs CPU each', 'bare', 'receivers', 'bare'],
          rows: rows.map(tableRow),
          notes: [
            `the loop sends ${defaultOptions.inFlightMax} requests at a time to each, which is what a lane may; with batches, a lane has no`,
            'more than ten under way. All on one machine: what the sender uses of its CPUs, the receivers have not. CPU of both',
            'receivers together',
          ],
        },
      ],
      aims: rows.map(aimOf),
      figures: rows,
    };
  },
};

/** Runs with a warehouse and a finance that know nothing yet; `worked` tells what they have used since it was last asked. */
async function withReceivers(
  { directory }: BenchOptions,
  run: (worked: () => Promise<number>) => Promise<Side>,
): Promise<Side> {
  const data = await mkdtemp(join(directory, 'bench-drain-'));
  const children = receivers.map((name) => startReceiver(name, ports[name], join(data, name)));
  try {
    await Promise.all(receivers.map((name) => ready(ports[name])));
    let before = 0;
    return await run(async () => {
      const used = await Promise.all(children.map(({ pid }) => cpuSecondsOf(pid!)));
      const since = used.reduce((sum, each) => sum + each, -before);
      before += since;
      return since;
    });
  } finally {
    await Promise.all(children.map((child) => end(child)));
    await rm(data, { recursive: true });
  }
}

interface Drain {
  readonly count: number;
  readonly batch: number;
  readonly worked: () => Promise<number>;
}

async function drainCheckout(
  { backlogs }: BenchOptions,
  { count, batch, worked, progress }: Drain & { progress: (text: string) => void },
): Promise<Side> {
  const data = await backlogs.copy({ count }, progress);
  const destinations = destinationsAt(ports, batch > 1 ? `;batch=${batch}` : '');
  const checkout = startDurable(ports.checkout, data, { DESTINATIONS: destinations });
  try {
    await ready(ports.checkout);
    await worked();
    const cpuBefore = await cpuSecondsOf(checkout.pid!);
    const started = performance.now();
    await Promise.all(receivers.map((name) => resume(ports.checkout, name)));
    for (let pending = count; pending > 0; pending = await pendingIn(ports.checkout)) await sleep(pollMs);
    const seconds = (performance.now() - started) / 1000;
    const { lowWaterMark } = (await status(ports.checkout)).log;
    if (lowWaterMark !== count) throw new Error(`the mark of ${count} drained purchases stands at ${lowWaterMark}`);
    const senderCpu = (await cpuSecondsOf(checkout.pid!)) - cpuBefore;
    return side({ count, seconds, senderCpu, receiverCpu: await worked() });
  } finally {
    await end(checkout);
    await rm(data, { recursive: true });
  }
}

async function drainBare({ count, batch, worked }: Drain): Promise<Side> {
  const script = fileURLToPath(new URL('./bare-drain.js', import.meta.url));
  const urls = receivers.map((name) => `http://127.0.0.1:${ports[name]}/events`);
  const args = [script, String(count), String(batch), String(defaultOptions.inFlightMax), ...urls];
  await worked();
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { seconds, cpuSeconds } = JSON.parse(stdout) as { seconds: number; cpuSeconds: number };
  return side({ count, seconds, senderCpu: cpuSeconds, receiverCpu: await worked() });
}

function side(measured: { count: number; seconds: number; senderCpu: number; receiverCpu: number }): Side {
  const { count, seconds, senderCpu, receiverCpu } = measured;
  return {
    perSecond: count / seconds,
    senderCpuUs: (senderCpu * 1e6) / count,
    receiverCpuUs: (receiverCpu * 1e6) / count,
  };
}

function tableRow({ name, count, turns, overBare }: Row): string[] {
  const middle = (value: (turn: Turn) => number) => figure(median(turns.map(value)));
  return [
    name,
    count.toLocaleString('en'),
    middle(({ checkout }) => checkout.perSecond),
    middle(({ bare }) => bare.perSecond),
    overBare.toFixed(2),
    middle(({ checkout }) => checkout.senderCpuUs),
    middle(({ bare }) => bare.senderCpuUs),
    middle(({ checkout }) => checkout.receiverCpuUs),
    middle(({ bare }) => bare.receiverCpuUs),
  ];
}

function aimOf({ name, count, overBare }: Row): Aim {
  const what = `draining a backlog of ${count.toLocaleString('en')}, ${name}, purchases/s`;
  return atLeast(0.8, overBare, { what, against: 'a bare undici loop, same events, same receivers' });
}
