/*
 * `POST /checkout` against the same app with the append replaced by a no-op, which is what durability costs on top of Express, and
 * against an Express app that does nothing but parse and answer.
 *
 * All run as processes of their own, in turns (A B C A B C …), because these machines drift; the ratio of a row is the median of the
 * ratios of its turns. The destinations are paused: this is about the log, not about deliveries.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { figure } from '../support/print-table.js';
import { body, end, pause, ready, start, startDurable } from './durable-checkout.js';
import { findLoadDriver, type LoadResult } from './load-driver.js';
import { eventLoopDelayP99Ms } from './metrics-page.js';
import { atLeast, atMost, type Aim, type BenchOptions, type Section } from './section.js';
import { median } from './statistics.js';

const ports = { durable: 3900, noOp: 3901, bare: 3905, sync: 3913 };
const connectionCounts = [1, 64, 256];
const eventLoopDelayMsMax = 20;

interface Turn {
  readonly durable: LoadResult;
  readonly noOp: LoadResult;
  readonly bare: LoadResult;
  /** The same app with a bare write and fdatasync, one purchase at a time; only with one connection. */
  readonly sync: LoadResult | undefined;
  /** Of the durable checkout's API thread. */
  readonly eventLoopDelayP99Ms: number;
}

interface Row {
  readonly connections: number;
  readonly turns: readonly Turn[];
  /** Medians of the ratios of the turns: requests per second, 99th percentiles, and, with one connection, the mean latencies. */
  readonly overNoOp: number;
  readonly overBare: number;
  readonly p99OverNoOp: number;
  readonly latencyOverSync: number | undefined;
}

export const checkoutSection: Section = {
  name: 'checkout',
  async run(options, progress) {
    const { driver, rows } = await benchCheckout(options, progress);
    return {
      tables: [
        {
          title: `POST /checkout durable, against the same app with a no-op append, and against Express alone (load from ${driver}, destinations paused)`,
          header: [
            'connections',
            ...['req/s', 'no-op', 'Express', '/ no-op', '/ Express'],
            ...['p50 ms', 'no-op', 'p99 ms', 'no-op', 'ratio', 'loop p99 ms', 'one sync/s', 'errors'],
          ],
          rows: rows.map(tableRow),
        },
      ],
      aims: rows.flatMap(aimsOf),
      figures: { driver, rows },
    };
  },
};

async function benchCheckout(
  options: BenchOptions,
  progress: (text: string) => void,
): Promise<{ driver: string; rows: Row[] }> {
  const driver = findLoadDriver();
  const directory = await mkdtemp(join(options.directory, 'bench-checkout-'));
  const children = [
    startDurable(ports.durable, directory),
    start('./no-op-checkout.js', [String(ports.noOp)], {}),
    start('./bare-express.js', [String(ports.bare)], {}),
    start('./bare-sync-checkout.js', [String(ports.sync), join(directory, 'bare-sync')], {}),
  ];
  try {
    await Promise.all(Object.values(ports).map(ready));
    await Promise.all(['warehouse', 'finance'].map((name) => pause(ports.durable, name)));
    const measure = (port: number, connections: number, seconds = options.seconds) =>
      driver.run({ url: `http://127.0.0.1:${port}/checkout`, body, connections, seconds });
    progress('warming up');
    for (const port of Object.values(ports)) await measure(port, port === ports.sync ? 1 : 64, 3);

    const rows: Row[] = [];
    for (const connections of connectionCounts) {
      const turns: Turn[] = [];
      for (let turn = 1; turn <= options.turns; turn += 1) {
        progress(`POST /checkout, ${connections} connections, turn ${turn} of ${options.turns}`);
        await eventLoopDelayP99Ms(ports.durable);
        turns.push({
          durable: await measure(ports.durable, connections),
          eventLoopDelayP99Ms: await eventLoopDelayP99Ms(ports.durable),
          noOp: await measure(ports.noOp, connections),
          bare: await measure(ports.bare, connections),
          sync: connections === 1 ? await measure(ports.sync, connections) : undefined,
        });
      }
      rows.push(toRow(connections, turns));
    }
    return { driver: driver.name, rows };
  } finally {
    await Promise.all(children.map(end));
    await rm(directory, { recursive: true });
  }
}

function toRow(connections: number, turns: readonly Turn[]): Row {
  const middle = (ratio: (turn: Turn) => number) => median(turns.map(ratio));
  return {
    ...{ connections, turns },
    overNoOp: middle(({ durable, noOp }) => durable.requestsPerSecond / noOp.requestsPerSecond),
    overBare: middle(({ durable, bare }) => durable.requestsPerSecond / bare.requestsPerSecond),
    p99OverNoOp: middle(({ durable, noOp }) => durable.p99Ms / noOp.p99Ms),
    // With one connection, the mean latency is the time that one request takes.
    latencyOverSync:
      connections === 1
        ? middle(({ durable, sync }) => sync!.requestsPerSecond / durable.requestsPerSecond)
        : undefined,
  };
}

function tableRow({ connections, turns, overNoOp, overBare, p99OverNoOp }: Row): string[] {
  const middle = (value: (turn: Turn) => number) => median(turns.map(value));
  return [
    String(connections),
    figure(middle(({ durable }) => durable.requestsPerSecond)),
    figure(middle(({ noOp }) => noOp.requestsPerSecond)),
    figure(middle(({ bare }) => bare.requestsPerSecond)),
    overNoOp.toFixed(2),
    overBare.toFixed(2),
    middle(({ durable }) => durable.p50Ms).toFixed(1),
    middle(({ noOp }) => noOp.p50Ms).toFixed(1),
    middle(({ durable }) => durable.p99Ms).toFixed(1),
    middle(({ noOp }) => noOp.p99Ms).toFixed(1),
    p99OverNoOp.toFixed(2),
    middle((turn) => turn.eventLoopDelayP99Ms).toFixed(1),
    connections === 1 ? figure(middle(({ sync }) => sync!.requestsPerSecond)) : '',
    String(turns.reduce((sum, { durable, noOp, bare }) => sum + durable.errors + noOp.errors + bare.errors, 0)),
  ];
}

function aimsOf({ connections, turns, overNoOp, overBare, p99OverNoOp, latencyOverSync }: Row): Aim[] {
  const what = `POST /checkout durable, ${connections} connections`;
  if (latencyOverSync !== undefined) {
    const against = 'the same app, append a bare write + fdatasync';
    return [atMost(1.2, latencyOverSync, { what: 'one purchase at a time, latency', against })];
  }
  if (connections !== 64) return [];
  const delay = median(turns.map((turn) => turn.eventLoopDelayP99Ms));
  return [
    atLeast(0.95, overNoOp, { what: `${what}, requests/s`, against: 'the same app, append a no-op' }),
    atMost(1.25, p99OverNoOp, { what: `${what}, p99`, against: 'the same app, append a no-op' }),
    atLeast(0.75, overBare, { what: `${what}, requests/s`, against: 'Express that parses and answers' }),
    {
      ...{ what: `${what}, p99 of the event loop's delay`, against: '–', aim: `< ${eventLoopDelayMsMax} ms` },
      ...{ value: `${delay.toFixed(1)} ms`, met: delay < eventLoopDelayMsMax },
    },
  ];
}
