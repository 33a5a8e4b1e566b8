/*
 * `POST /checkout` against the same app with the append replaced by a no-op: what durability costs on top of Express.
 *
 * Both run as processes of their own, in turns (A B A B …), because these machines drift; the ratio of a row is the median of the
 * ratios of its turns. The destinations are paused: this is about the log, not about deliveries.
 */
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { body, end, pause, ready, start, startDurable } from './durable-checkout.js';
import { findLoadDriver, type LoadResult } from './load-driver.js';
import { median } from './statistics.js';

const durablePort = 3900;
const noOpPort = 3901;
const connectionCounts = [1, 64, 256];

export interface CheckoutRow {
  readonly connections: number;
  readonly durable: LoadResult;
  readonly noOp: LoadResult;
  /** Requests per second, durable over no-op. */
  readonly ratio: number;
  /** 99th percentile of the latency, durable over no-op. */
  readonly p99Ratio: number;
}

export async function benchCheckout(
  options: { turns: number; seconds: number; directory: string | undefined },
  progress: (text: string) => void,
): Promise<{ driver: string; rows: CheckoutRow[] }> {
  const driver = findLoadDriver();
  const directory = await mkdtemp(join(options.directory ?? tmpdir(), 'bench-checkout-'));
  const children = [startDurable(durablePort, directory), startNoOp()];
  try {
    await Promise.all([ready(durablePort), ready(noOpPort)]);
    await Promise.all(['warehouse', 'finance'].map((name) => pause(durablePort, name)));
    const measure = (port: number, connections: number, seconds = options.seconds) =>
      driver.run({ url: `http://127.0.0.1:${port}/checkout`, body, connections, seconds });
    progress('warming up');
    await measure(durablePort, 64, 3);
    await measure(noOpPort, 64, 3);

    const rows: CheckoutRow[] = [];
    for (const connections of connectionCounts) {
      const turns: { durable: LoadResult; noOp: LoadResult }[] = [];
      for (let turn = 1; turn <= options.turns; turn += 1) {
        progress(`POST /checkout, ${connections} connections, turn ${turn} of ${options.turns}`);
        turns.push({ durable: await measure(durablePort, connections), noOp: await measure(noOpPort, connections) });
      }
      rows.push(toRow(connections, turns));
    }
    return { driver: driver.name, rows };
  } finally {
    await Promise.all(children.map(end));
    await rm(directory, { recursive: true });
  }
}

function toRow(connections: number, turns: readonly { durable: LoadResult; noOp: LoadResult }[]): CheckoutRow {
  const middle = (results: readonly LoadResult[]): LoadResult => ({
    requestsPerSecond: median(results.map((each) => each.requestsPerSecond)),
    p50Ms: median(results.map((each) => each.p50Ms)),
    p99Ms: median(results.map((each) => each.p99Ms)),
    errors: results.reduce((sum, each) => sum + each.errors, 0),
  });
  return {
    connections,
    durable: middle(turns.map(({ durable }) => durable)),
    noOp: middle(turns.map(({ noOp }) => noOp)),
    ratio: median(turns.map(({ durable, noOp }) => durable.requestsPerSecond / noOp.requestsPerSecond)),
    p99Ratio: median(turns.map(({ durable, noOp }) => durable.p99Ms / noOp.p99Ms)),
  };
}

function startNoOp(): ChildProcess {
  return start('./no-op-checkout.js', [String(noOpPort)], {});
}
