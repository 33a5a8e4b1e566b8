/*
 * `POST /checkout` against the same app with the append replaced by a no-op: what durability costs on top of Express.
 *
 * Both run as processes of their own, in turns (A B A B …), because these machines drift; the ratio of a row is the median of the
 * ratios of its turns. The destinations are paused: this is about the log, not about deliveries.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { request } from 'undici';

import { findLoadDriver, type LoadResult } from './load-driver.js';
import { median } from './statistics.js';

const adminToken = 'bench-admin-token';
const durablePort = 3900;
const noOpPort = 3901;
const connectionCounts = [1, 64, 256];

const body = JSON.stringify({
  customerId: 'alice',
  currency: 'GBP',
  items: [
    { sku: 'BOOK-1', quantity: 2, unitPrice: 1250 },
    { sku: 'LAMP-1', quantity: 1, unitPrice: 4999 },
  ],
});

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
  const children = [startDurable(directory), startNoOp()];
  try {
    await Promise.all([ready(durablePort), ready(noOpPort)]);
    await Promise.all(['warehouse', 'finance'].map(pause));
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

function startDurable(directory: string): ChildProcess {
  return start('../../services/checkout/main.js', [], {
    PORT: String(durablePort),
    DATA_DIR: directory,
    DEMO: '1',
    ADMIN_TOKEN: adminToken,
    LOG_LEVEL: 'warn',
    // Nobody listens there, and nobody is asked: both are paused.
    DESTINATIONS: 'warehouse=http://127.0.0.1:3998/events,finance=http://127.0.0.1:3999/events',
  });
}

function startNoOp(): ChildProcess {
  return start('./no-op-checkout.js', [String(noOpPort)], {});
}

function start(script: string, args: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess {
  return spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env.PATH, ...environment },
  });
}

async function ready(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    try {
      const { statusCode, body: answer } = await request(`http://127.0.0.1:${port}/readyz`);
      await answer.dump();
      if (statusCode === 200) return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED')) throw error;
    }
    await sleep(50);
  }
  throw new Error(`nothing got ready on port ${port}`);
}

async function pause(name: string): Promise<void> {
  const { statusCode, body: answer } = await request(`http://127.0.0.1:${durablePort}/destinations/${name}/pause`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}` },
  });
  await answer.dump();
  if (statusCode !== 200) throw new Error(`${name} could not be paused: ${statusCode}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
