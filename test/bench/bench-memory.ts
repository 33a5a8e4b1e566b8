/*
 * Memory of the checkout with nothing pending, and with backlogs in front of destinations that do not take them.
 *
 * Each measurement is a process of its own that is started on its backlog, sells some thousand more, and is then looked at. The one
 * that is called idle sells as much, and its destinations have taken all of it before it is looked at.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { buyMany } from './buy-many.js';
import { destinationsAt, end, pause, ready, resume, startDurable } from './durable-checkout.js';
import { metric } from './metrics-page.js';
import { memoryOf, type ProcessMemory } from './process-figures.js';
import type { Aim, BenchOptions, Section } from './section.js';
import { Sink } from './sink.js';
import { median } from './statistics.js';
import { pendingIn } from './status-page.js';

const ports = { checkout: 3915, warehouse: 3916, finance: 3917 };
const receivers = ['warehouse', 'finance'] as const;
const moreMiBMax = 64;
const bought = 5_000;
/** So long it is looked at: retries and the circuit's probes go on meanwhile. */
const watchedSeconds = 5;

const moods = ['idle', 'unreachable', 'answering 503', 'paused'] as const;
type Mood = (typeof moods)[number];

interface Sight extends ProcessMemory {
  readonly apiHeapMiB: number;
  readonly deliveryHeapMiB: number;
}

interface Row {
  readonly pending: number;
  readonly mood: Mood;
  readonly sights: readonly Sight[];
}

export const memorySection: Section = {
  name: 'memory',
  async run(options, progress) {
    const rows = await benchMemory(options, progress);
    const [idle] = rows;
    return {
      tables: [
        {
          title: `Memory of the checkout, in MiB, after ${bought.toLocaleString('en')} purchases more`,
          header: ['pending', 'destinations', 'RSS', 'no file', 'peak', '+ RSS', '+ peak', 'API heap', 'delivery heap'],
          rows: rows.map((row) => tableRow(row, idle!)),
          notes: [
            'those are pending as well, but where it is idle. Peak: the most since the start, the recovery and these purchases',
            `among it; "no file": of RSS, what no file holds. Seen ${watchedSeconds} s after the last purchase`,
          ],
        },
      ],
      aims: rows.slice(1).map((row) => aimOf(row, idle!)),
      figures: rows,
    };
  },
};

async function benchMemory(options: BenchOptions, progress: (text: string) => void): Promise<Row[]> {
  const rows: (Row & { sights: Sight[] })[] = [{ pending: 0, mood: 'idle', sights: [] }];
  const directories = new Map<number, string>();
  try {
    for (const pending of [options.backlog, options.large]) {
      directories.set(pending, await options.backlogs.copy({ count: pending }, progress));
      rows.push(...moods.slice(1).map((mood) => ({ pending, mood, sights: [] })));
    }
    for (let turn = 1; turn <= options.turns; turn += 1) {
      for (const { pending, mood, sights } of rows) {
        progress(`memory with ${pending} pending, ${mood}, turn ${turn} of ${options.turns}`);
        const backlog = directories.get(pending);
        const directory = backlog ?? (await mkdtemp(join(options.directory, 'bench-memory-')));
        sights.push(await look(directory, mood));
        if (backlog === undefined) await rm(directory, { recursive: true });
      }
    }
    return rows;
  } finally {
    for (const directory of directories.values()) await rm(directory, { recursive: true });
  }
}

async function look(directory: string, mood: Mood): Promise<Sight> {
  const sinks =
    mood === 'idle' || mood === 'answering 503'
      ? await Promise.all(receivers.map((name) => Sink.open(ports[name], mood === 'idle' ? 'takes' : 'fails')))
      : [];
  const checkout = startDurable(ports.checkout, directory, { DESTINATIONS: destinationsAt(ports), LOG_LEVEL: 'error' });
  try {
    await ready(ports.checkout);
    for (const name of receivers) await (mood === 'paused' ? pause : resume)(ports.checkout, name);
    await buyMany(ports.checkout, bought);
    if (mood === 'idle') while ((await pendingIn(ports.checkout)) > 0) await sleep(100);
    await sleep(watchedSeconds * 1000);
    const heap = async (thread: string) =>
      (await metric(ports.checkout, `thread_heap_used_bytes{thread="${thread}"}`)) / 2 ** 20;
    return {
      ...(await memoryOf(checkout.pid!)),
      apiHeapMiB: await heap('api'),
      deliveryHeapMiB: await heap('delivery'),
    };
  } finally {
    await end(checkout);
    await Promise.all(sinks.map((sink) => sink.close()));
  }
}

function middle({ sights }: Row, value: (sight: Sight) => number): number {
  return median(sights.map(value));
}

function moreThan(idle: Row, row: Row, value: (sight: Sight) => number): number {
  return middle(row, value) - middle(idle, value);
}

function tableRow(row: Row, idle: Row): string[] {
  const more = (value: (sight: Sight) => number) => (row === idle ? '' : moreThan(idle, row, value).toFixed(0));
  return [
    row.pending.toLocaleString('en'),
    row.mood,
    ...[
      middle(row, ({ rssMiB }) => rssMiB),
      middle(row, ({ anonymousMiB }) => anonymousMiB),
      middle(row, ({ peakMiB }) => peakMiB),
    ].map((mebibytes) => mebibytes.toFixed(0)),
    more(({ rssMiB }) => rssMiB),
    more(({ peakMiB }) => peakMiB),
    middle(row, ({ apiHeapMiB }) => apiHeapMiB).toFixed(0),
    middle(row, ({ deliveryHeapMiB }) => deliveryHeapMiB).toFixed(0),
  ];
}

/** Peak against peak: what is seen at rest depends on when garbage was last collected. */
function aimOf(row: Row, idle: Row): Aim {
  const more = moreThan(idle, row, ({ peakMiB }) => peakMiB);
  return {
    what: `memory with ${row.pending.toLocaleString('en')} pending, destinations ${row.mood}, peak`,
    against: 'the same process with nothing pending',
    aim: `≤ + ${moreMiBMax} MiB`,
    value: `${more < 0 ? '−' : '+'} ${Math.abs(more).toFixed(0)} MiB`,
    met: more <= moreMiBMax,
  };
}
