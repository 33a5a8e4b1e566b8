/*
 * Customers who ask as fast as they are answered, for a minute, with warehouse and finance on the same two cores: whether they hear of
 * purchases as fast as those are acknowledged, and how much of what Express could do alone is left for that.
 *
 * Express alone is measured before and after, for these machines drift.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { figure } from '../support/print-table.js';
import { body, destinationsAt, end, ready, start, startDurable, startReceiver } from './durable-checkout.js';
import { findLoadDriver, type LoadDriver, type LoadResult } from './load-driver.js';
import { eventLoopDelayP99Ms } from './metrics-page.js';
import { atLeast, type Aim, type BenchOptions, type Section } from './section.js';
import { status } from './status-page.js';

const ports = { checkout: 3906, warehouse: 3907, finance: 3908, bare: 3909 };
const connections = 64;
/** Four seconds a turn make a minute. */
const turnsInOne = 15;
const variants = [
  { name: 'as npm start does, batch=100', options: ';batch=100', aims: true },
  { name: 'single events', options: '', aims: false },
] as const;

interface Row {
  readonly name: string;
  readonly aims: boolean;
  readonly seconds: number;
  readonly load: LoadResult;
  readonly acknowledged: number;
  /** By both, of all that were acknowledged in this time or before. */
  readonly confirmed: number;
  /** Not confirmed by both: in the middle, and at the end. */
  readonly backlogMiddle: number;
  readonly backlogEnd: number;
  readonly barePerSecond: number;
  /** Of the API thread. */
  readonly eventLoopDelayP99Ms: number;
}

export const endToEndSection: Section = {
  name: 'end-to-end',
  async run(options, progress) {
    const rows: Row[] = [];
    for (const variant of variants) {
      progress(`end to end, ${variant.name}`);
      rows.push({ ...variant, ...(await saturate(variant.options, options)) });
    }
    return {
      tables: [
        {
          title: `${connections} connections that ask again at once, receivers on the same machine`,
          header: [
            ...['', 'seconds', 'acknowledged/s', 'confirmed/s', 'ratio', 'backlog', 'at the end'],
            ...['Express/s', 'confirmed/Express', 'p50 ms', 'p99 ms', 'loop p99 ms'],
          ],
          rows: rows.map((row) => [
            ...[row.name, row.seconds.toFixed(0), figure(row.acknowledged / row.seconds)],
            ...[figure(row.confirmed / row.seconds), (row.confirmed / row.acknowledged).toFixed(3)],
            ...[String(row.backlogMiddle), String(row.backlogEnd), figure(row.barePerSecond)],
            (row.confirmed / row.seconds / row.barePerSecond).toFixed(2),
            ...[row.load.p50Ms, row.load.p99Ms, row.eventLoopDelayP99Ms].map((ms) => ms.toFixed(1)),
          ]),
        },
      ],
      aims: rows.filter(({ aims }) => aims).flatMap(aimsOf),
      figures: rows,
    };
  },
};

function aimsOf({ seconds, acknowledged, confirmed, backlogMiddle, backlogEnd, barePerSecond }: Row): Aim[] {
  const names = (what: string) => ({ what: `end to end, ${what}`, against: 'acknowledged in the same time' });
  return [
    atLeast(0.95, confirmed / acknowledged, names('confirmed by both')),
    {
      ...{ what: 'end to end, backlog after half of the time and at the end', against: '–', aim: 'not growing' },
      value: `${backlogMiddle}, ${backlogEnd}`,
      // What is under way goes up and down; a backlog that grows has doubled by the end.
      met: backlogEnd < Math.max(2 * backlogMiddle, acknowledged / seconds),
    },
    atLeast(0.5, confirmed / seconds / barePerSecond, {
      what: 'end to end, acknowledged and confirmed by both',
      against: 'requests/s of Express that parses and answers, alone',
    }),
  ];
}

async function saturate(
  destinationOptions: string,
  { seconds: turnSeconds, directory: parent }: BenchOptions,
): Promise<Omit<Row, 'name' | 'aims'>> {
  const driver = findLoadDriver();
  const before = await expressAlone(driver, turnSeconds);
  const directory = await mkdtemp(join(parent, 'bench-end-to-end-'));
  const children = [
    startReceiver('warehouse', ports.warehouse, join(directory, 'warehouse')),
    startReceiver('finance', ports.finance, join(directory, 'finance')),
    startDurable(ports.checkout, join(directory, 'checkout'), {
      DESTINATIONS: destinationsAt(ports, destinationOptions),
    }),
  ];
  try {
    await Promise.all([ports.warehouse, ports.finance, ports.checkout].map(ready));
    await measure(driver, ports.checkout, turnSeconds);
    while ((await logStatus()).backlog > 0) await sleep(100);

    const seconds = turnSeconds * turnsInOne;
    const first = await logStatus();
    await eventLoopDelayP99Ms(ports.checkout);
    const running = measure(driver, ports.checkout, seconds);
    await sleep((seconds / 2) * 1000);
    const middle = await logStatus();
    const load = await running;
    const last = await logStatus();
    const delay = await eventLoopDelayP99Ms(ports.checkout);
    await Promise.all(children.map(end));
    const after = await expressAlone(driver, turnSeconds);
    return {
      ...{ seconds, load },
      acknowledged: last.durable - first.durable,
      confirmed: last.mark - first.mark,
      backlogMiddle: middle.backlog,
      backlogEnd: last.backlog,
      barePerSecond: (before + after) / 2,
      eventLoopDelayP99Ms: delay,
    };
  } finally {
    await Promise.all(children.map(end));
    await rm(directory, { recursive: true });
  }
}

async function expressAlone(driver: LoadDriver, seconds: number): Promise<number> {
  const child = start('./bare-express.js', [String(ports.bare)], {});
  try {
    await ready(ports.bare);
    await measure(driver, ports.bare, 3);
    return (await measure(driver, ports.bare, seconds)).requestsPerSecond;
  } finally {
    await end(child);
  }
}

function measure(driver: LoadDriver, port: number, seconds: number): Promise<LoadResult> {
  return driver.run({ url: `http://127.0.0.1:${port}/checkout`, body, connections, seconds });
}

async function logStatus(): Promise<{ durable: number; mark: number; backlog: number }> {
  const { durableSequence: durable, lowWaterMark: mark } = (await status(ports.checkout)).log;
  return { durable, mark, backlog: durable - mark };
}
