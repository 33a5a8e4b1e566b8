/*
 * Purchases acknowledged per second at 64 connections: ours with its destinations paused, and the same app over each peer.
 *
 * All are there from the beginning and take turns (A B C … A B C …), because machines drift. Between two measurements whoever was
 * measured does what it has put off.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort } from '../../../shared/shop-processes/free-port.js';
import { body } from '../durable-checkout.js';
import type { LoadDriver, LoadResult } from '../load-driver.js';
import { ChildScript } from './child-script.js';
import type { Closers } from './closers.js';
import type { AppTask } from './messages.js';
import { prepareShop, setDelivering } from './real-shop.js';
import type { Entrant } from './roster.js';
import { serverOf, type Field, type Surroundings } from './surroundings.js';
import { Turns, type Row } from './turns.js';

const connections = 64;
const warmUpSeconds = 5;
const restMs = 500;

/** Something that takes purchases on a port. */
interface Contestant {
  readonly name: string;
  readonly title: string;
  readonly port: number;
  readonly rest: () => Promise<unknown>;
}

export async function benchAcknowledge(
  field: Field,
  driver: LoadDriver,
  surroundings: Surroundings,
  closers: Closers,
): Promise<Row<LoadResult>[]> {
  const { turns, seconds, signal, progress } = surroundings;
  const measure = async ({ port, rest }: Contestant, duration: number) => {
    const result = await driver.run({ url: `http://127.0.0.1:${port}/checkout`, body, connections, seconds: duration });
    await rest();
    await sleep(restMs);
    if (result.requestsPerSecond === 0) throw new Error('nothing was answered');
    return result;
  };

  const rows = new Turns<LoadResult>(signal);
  const contestants: Contestant[] = [];
  const open = async (opening: Promise<Contestant>) => {
    const contestant = await opening;
    progress(`warming up: ${contestant.title}`);
    await measure(contestant, warmUpSeconds);
    contestants.push(contestant);
    return undefined;
  };
  await rows.step({ name: 'ours', title: 'ours' }, () => open(openOurs(surroundings, closers)));
  for (const entrant of field.entrants) {
    await rows.step(entrant, () => open(openPeer(field, entrant, closers)));
  }
  for (let turn = 1; turn <= turns; turn += 1) {
    for (const contestant of contestants) {
      progress(`acknowledging, turn ${turn} of ${turns}: ${contestant.title}`);
      await rows.step(contestant, () => measure(contestant, seconds));
    }
  }
  return rows.rows;
}

async function openOurs({ directory }: Surroundings, closers: Closers): Promise<Contestant> {
  const shop = await prepareShop(join(directory, 'acknowledge'));
  closers.add(() => shop.close());
  await shop.checkout.start();
  await setDelivering(shop, false);
  const projected = async () => {
    const { log, destinations } = await shop.status();
    return Object.values(destinations).every(({ pending }) => pending === log.durableSequence);
  };
  const rest = () => shop.waitUntil('what was bought is in the database', projected, (done) => done);
  return { name: 'ours', title: 'ours', port: shop.checkout.port, rest };
}

async function openPeer(field: Field, entrant: Entrant, closers: Closers): Promise<Contestant> {
  const { name, title } = entrant;
  const server = serverOf(field, entrant);
  const [address, port] = [await server.place(`acknowledge-${name}`), await freePort()];
  const app = await ChildScript.start('./peer-app.js', { peer: name, address, port } satisfies AppTask);
  closers.add(() => app.stop());
  return { name, title, port, rest: () => server.rest() };
}
