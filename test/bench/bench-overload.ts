/*
 * More load than the checkout can carry: what it still takes, how long that waits, and whether it can be asked meanwhile.
 *
 * Checkouts as processes of their own, in turns, that refuse at different numbers of purchases under way. The load generator floods; probes beside it, one request at a time each, see what a customer and an operator see. All of it shares one
 * machine, so that the flood also takes from the service what it needs itself.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { Agent } from 'undici';

import { figure } from '../support/print-table.js';
import { body, end, pause, ready, startDurable } from './durable-checkout.js';
import { findLoadDriver } from './load-driver.js';
import type { BenchOptions, Section } from './section.js';
import { quantile } from './statistics.js';

const connectionCounts = [64, 640, 2560];
const customers = 8;
const variants = [
  { name: 'default (1,024)', port: 3902, environment: {} },
  { name: 'PENDING_MAX=256', port: 3903, environment: { PENDING_MAX: '256' } },
  { name: 'takes all', port: 3904, environment: { PENDING_MAX: '100000' } },
] as const;

interface OverloadRow {
  readonly connections: number;
  readonly variant: string;
  readonly acceptedPerSecond: number;
  readonly refusedPerSecond: number;
  /** Milliseconds, as the probes saw them; 0 where there was none. */
  readonly accepted: Quantiles;
  readonly refused: Quantiles;
  readonly healthz: Quantiles;
  readonly status: Quantiles;
}

interface Quantiles {
  readonly p50: number;
  readonly p99: number;
}

export const overloadSection: Section = {
  name: 'overload',
  async run(options, progress) {
    const { driver, rows } = await benchOverload(options, progress);
    return {
      tables: [
        {
          title: `More load than it can carry, refused beyond different numbers of purchases under way. Flood from ${driver}, ms as seen by probes`,
          header: [
            'connections',
            '',
            'taken/s',
            'refused/s',
            'p50',
            'p99',
            'refused p50',
            'p99',
            'healthz p99',
            'status p99',
          ],
          rows: rows.map(({ connections, variant, acceptedPerSecond, refusedPerSecond, ...seen }) => [
            String(connections),
            variant,
            figure(acceptedPerSecond),
            figure(refusedPerSecond),
            ...[seen.accepted.p50, seen.accepted.p99, seen.refused.p50, seen.refused.p99].map((ms) => ms.toFixed(0)),
            ...[seen.healthz.p99, seen.status.p99].map((ms) => ms.toFixed(0)),
          ]),
        },
      ],
      aims: [],
      figures: { driver, rows },
    };
  },
};

async function benchOverload(
  options: BenchOptions,
  progress: (text: string) => void,
): Promise<{ driver: string; rows: OverloadRow[] }> {
  const driver = findLoadDriver();
  const directory = await mkdtemp(join(options.directory, 'bench-overload-'));
  const children = variants.map(({ port, environment }) =>
    startDurable(port, join(directory, String(port)), environment),
  );
  try {
    for (const { port } of variants) {
      await ready(port);
      await Promise.all(['warehouse', 'finance'].map((name) => pause(port, name)));
      progress('warming up');
      await driver.run({ url: `http://127.0.0.1:${port}/checkout`, body, connections: 64, seconds: 3 });
    }
    const rows: OverloadRow[] = [];
    for (const connections of connectionCounts) {
      const turns = variants.map(() => new Turns());
      for (let turn = 1; turn <= options.turns; turn += 1) {
        for (const [index, { port, name }] of variants.entries()) {
          progress(`overload, ${connections} connections, ${name}, turn ${turn} of ${options.turns}`);
          await flood(port, turns[index]!, () =>
            driver.run({ url: `http://127.0.0.1:${port}/checkout`, body, connections, seconds: options.seconds }),
          );
        }
      }
      rows.push(...variants.map(({ name }, index) => turns[index]!.row(connections, name, options)));
    }
    return { driver: driver.name, rows };
  } finally {
    await Promise.all(children.map(end));
    await rm(directory, { recursive: true });
  }
}

/** What the probes saw, over all turns. */
class Turns {
  acceptedInAll = 0;
  refusedInAll = 0;
  readonly accepted: number[] = [];
  readonly refused: number[] = [];
  readonly healthz: number[] = [];
  readonly status: number[] = [];

  row(connections: number, variant: string, { turns, seconds }: BenchOptions): OverloadRow {
    const of = (samples: readonly number[]) => ({ p50: quantile(samples, 0.5), p99: quantile(samples, 0.99) });
    return {
      ...{ connections, variant },
      acceptedPerSecond: this.acceptedInAll / (turns * seconds),
      refusedPerSecond: this.refusedInAll / (turns * seconds),
      ...{ accepted: of(this.accepted), refused: of(this.refused), healthz: of(this.healthz), status: of(this.status) },
    };
  }
}

async function flood(port: number, seen: Turns, run: () => Promise<unknown>): Promise<void> {
  const agent = new Agent({ connections: customers + 2, pipelining: 1, headersTimeout: 60_000 });
  const origin = `http://127.0.0.1:${port}`;
  const progress = { over: false };
  const ask = async (method: 'GET' | 'POST', path: string) => {
    const begun = performance.now();
    const sent = method === 'POST' ? { body, headers: { 'content-type': 'application/json' } } : {};
    const answer = await agent.request({ origin, path, method, ...sent });
    const text = await answer.body.text();
    return { status: answer.statusCode, text, ms: performance.now() - begun };
  };
  const figures = async () => {
    const { text } = await ask('GET', '/metrics');
    const figure = (pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? 0);
    return {
      accepted: figure(/^checkout_purchases_total\{result="accepted"\} (\d+)/m),
      refused: figure(/^checkout_refusals_total\{reason="overloaded"\} (\d+)/m),
    };
  };
  const onAndOn = async (probe: () => Promise<void>) => {
    while (!progress.over) await probe();
  };
  const before = await figures();
  const probes = [
    ...Array.from({ length: customers }, () =>
      onAndOn(async () => {
        const { status, ms } = await ask('POST', '/checkout');
        (status === 201 ? seen.accepted : seen.refused).push(ms);
      }),
    ),
    onAndOn(async () => void seen.healthz.push((await ask('GET', '/healthz')).ms)),
    onAndOn(async () => void seen.status.push((await ask('GET', '/status')).ms)),
  ];
  await run();
  progress.over = true;
  await Promise.all(probes);
  const after = await figures();
  seen.acceptedInAll += after.accepted - before.accepted;
  seen.refusedInAll += after.refused - before.refused;
  await agent.close();
}
