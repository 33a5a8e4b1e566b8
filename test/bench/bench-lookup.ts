/*
 * What it costs to take and to find purchases when SQLite holds millions of them, against a checkout whose SQLite holds a thousand.
 *
 * Both run all the time, side by side, and are measured in turns; destinations are paused. What is held is confirmed, as it is in a
 * shop that has sold that much: then it has its rows among the deliveries as well.
 */
import { rm } from 'node:fs/promises';

import { v4 as uuidv4 } from 'uuid';

import type { PurchaseRecord } from '../../shared/purchase/index.js';
import { figure } from '../support/print-table.js';
import { body, end, ready, startDurable } from './durable-checkout.js';
import { knownPurchases } from './known-purchases.js';
import type { LoadResult } from './load-driver.js';
import { runListed, type ListedRequest } from './listed-load.js';
import { atLeast, type BenchOptions, type Section } from './section.js';
import { median } from './statistics.js';

const ports = { small: 3925, large: 3926 };
const smallCount = 1_000;
const connections = 64;
const lookedFor = 50_000;
/** More than any checkout takes, so that no key comes twice. */
const newPerSecondMax = 10_000;

interface Kind {
  readonly name: string;
  readonly requests: (known: readonly PurchaseRecord[], seconds: number) => ListedRequest[];
}

const kinds: readonly Kind[] = [
  {
    name: 'GET /purchases/:id',
    requests: (known) => known.map(({ purchase }) => ({ method: 'GET', path: `/purchases/${purchase.id}` })),
  },
  {
    name: 'POST /checkout, keys of old',
    requests: (known) =>
      known.map(({ purchase: { customerId, currency, items }, idempotency }) => ({
        ...{ method: 'POST', path: '/checkout', idempotencyKey: idempotency!.key },
        body: JSON.stringify({ customerId, currency, items }),
      })),
  },
  // The last two make more of them.
  { name: 'POST /checkout, no keys', requests: () => [{ method: 'POST', path: '/checkout', body }] },
  {
    name: 'POST /checkout, new keys',
    requests: (_, seconds) =>
      Array.from({ length: seconds * newPerSecondMax }, () => ({
        ...{ method: 'POST', path: '/checkout', idempotencyKey: uuidv4(), body },
      })),
  },
];

interface Turn {
  readonly small: LoadResult;
  readonly large: LoadResult;
}

interface Row {
  readonly name: string;
  readonly turns: readonly Turn[];
  readonly ratio: number;
}

export const lookupSection: Section = {
  name: 'lookup',
  async run(options, progress) {
    const rows = await benchLookup(options, progress);
    const large = options.large.toLocaleString('en');
    const small = smallCount.toLocaleString('en');
    const found = Math.min(lookedFor, options.large).toLocaleString('en');
    return {
      tables: [
        {
          title: `Requests per second with ${large} purchases in SQLite, against ${small}, ${connections} connections`,
          header: ['', large, small, 'ratio', 'p99 ms', `with ${small}`],
          rows: rows.map(tableRow),
          notes: [
            `looked for: ${found} of them, spread over all, against the ${small}. All are confirmed by both destinations, and each has`,
            'a key of its own, which is random. The files are in the page cache as far as there is room.',
            'New keys are random as well. What is bought comes on top, on both sides',
          ],
        },
      ],
      aims: rows.map(({ name, ratio }) =>
        atLeast(0.9, ratio, { what: `${name}, with ${large} in SQLite`, against: `with ${small}` }),
      ),
      figures: rows,
    };
  },
};

async function benchLookup(options: BenchOptions, progress: (text: string) => void): Promise<Row[]> {
  const prepare = async (count: number, port: number) => {
    const directory = await options.backlogs.copy({ count, outcomes: 'confirmed' }, progress);
    const known = knownPurchases(directory, count, lookedFor);
    return { port, directory, known, checkout: startDurable(port, directory) };
  };
  const sides = { small: await prepare(smallCount, ports.small), large: await prepare(options.large, ports.large) };
  try {
    await Promise.all(Object.values(ports).map((port) => ready(port)));
    const measure = async ({ port, known }: typeof sides.small, kind: Kind, seconds = options.seconds) => {
      const url = `http://127.0.0.1:${port}`;
      const result = await runListed({ url, connections, seconds, requests: kind.requests(known, seconds) });
      // A refusal costs less than what was asked for, and would count for more.
      if (result.errors > 0) throw new Error(`${kind.name}: ${result.errors} were answered otherwise, or not at all`);
      return result;
    };
    const rows: Row[] = [];
    for (const kind of kinds) {
      progress(`${kind.name}, warming up`);
      for (const side of Object.values(sides)) await measure(side, kind, 3);
      const turns: Turn[] = [];
      for (let turn = 1; turn <= options.turns; turn += 1) {
        progress(`${kind.name}, turn ${turn} of ${options.turns}`);
        turns.push({ small: await measure(sides.small, kind), large: await measure(sides.large, kind) });
      }
      const ratio = median(turns.map(({ small, large }) => large.requestsPerSecond / small.requestsPerSecond));
      rows.push({ name: kind.name, turns, ratio });
    }
    return rows;
  } finally {
    for (const { checkout, directory } of Object.values(sides)) {
      await end(checkout);
      await rm(directory, { recursive: true });
    }
  }
}

function tableRow({ name, turns, ratio }: Row): string[] {
  const middle = (value: (turn: Turn) => number) => median(turns.map(value));
  return [
    name,
    figure(middle(({ large }) => large.requestsPerSecond)),
    figure(middle(({ small }) => small.requestsPerSecond)),
    ratio.toFixed(2),
    middle(({ large }) => large.p99Ms).toFixed(1),
    middle(({ small }) => small.p99Ms).toFixed(1),
  ];
}
