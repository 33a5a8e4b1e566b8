/*
 * From a kill -9 to the next life: until it is ready, and until the first delivery arrives, with a thousand pending and with a backlog.
 *
 * In turns. Before each kill the checkout has lived for some seconds with destinations that nobody listens at, so that it leaves
 * behind what it would: purchases on record as to be tried again, a log that was not closed. After it somebody listens, and answers
 * nothing, so that the backlog stays what it is.
 */
import type { ChildProcess } from 'node:child_process';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { destinationsAt, kill, ready, resume, startDurable } from './durable-checkout.js';
import { atMost, type BenchOptions, type Section } from './section.js';
import { Sink } from './sink.js';
import { median } from './statistics.js';

const ports = { checkout: 3920, warehouse: 3921, finance: 3922 };
const receivers = ['warehouse', 'finance'] as const;
const smallBacklog = 1_000;
const livesSeconds = 3;
const pollMs = 5;

interface Start {
  readonly readyMs: number;
  readonly firstDeliveryMs: number;
}

interface Row {
  readonly pending: number;
  readonly lastSegmentMiB: number;
  readonly starts: readonly Start[];
}

export const startSection: Section = {
  name: 'start',
  async run(options, progress) {
    const [small, large] = await benchStart(options, progress);
    const ratio = (value: (start: Start) => number) =>
      median(large.starts.map((start, turn) => value(start) / value(small.starts[turn]!)));
    const ready = ratio(({ readyMs }) => readyMs);
    const delivering = ratio(({ firstDeliveryMs }) => firstDeliveryMs);
    const names = (until: string) => ({
      what: `kill to ${until} with ${large.pending.toLocaleString('en')} pending`,
      against: `with ${smallBacklog.toLocaleString('en')}`,
    });
    return {
      tables: [
        {
          title: 'From kill -9 to the next life, in ms: medians, and the longest',
          header: ['pending', 'ready', 'longest', 'first delivery', 'longest', 'last segment MiB'],
          rows: [
            ...[small, large].map(tableRow),
            ['ratio of turns', ready.toFixed(2), '', delivering.toFixed(2), '', ''],
          ],
          notes: [
            'the files are in the page cache, as they are after a kill. Of the log only the last segment is read whole: its',
            'size counts, not how many there are',
          ],
        },
      ],
      aims: [atMost(1.5, ready, names('ready')), atMost(1.5, delivering, names('first delivery'))],
      figures: [small, large],
    };
  },
};

async function benchStart(options: BenchOptions, progress: (text: string) => void): Promise<[Row, Row]> {
  const prepare = async (pending: number) => ({
    pending,
    directory: await options.backlogs.copy({ count: pending }, progress),
    starts: [] as Start[],
  });
  const sides = [await prepare(smallBacklog), await prepare(options.backlog)] as const;
  try {
    for (let turn = 1; turn <= options.turns; turn += 1) {
      for (const { pending, directory, starts } of sides) {
        progress(`starting with ${pending} pending, turn ${turn} of ${options.turns}`);
        starts.push(await killAndStart(directory));
      }
    }
    const row = async ({ pending, directory, starts }: (typeof sides)[number]): Promise<Row> => {
      return { pending, lastSegmentMiB: await lastSegmentMiB(directory), starts };
    };
    return [await row(sides[0]), await row(sides[1])];
  } finally {
    for (const { directory } of sides) await rm(directory, { recursive: true });
  }
}

async function killAndStart(directory: string): Promise<Start> {
  const launch = () =>
    startDurable(ports.checkout, directory, { DESTINATIONS: destinationsAt(ports), LOG_LEVEL: 'error' });
  const before = launch();
  let after: ChildProcess | undefined;
  let sinks: Sink[] = [];
  try {
    await ready(ports.checkout);
    await Promise.all(receivers.map((name) => resume(ports.checkout, name)));
    await sleep(livesSeconds * 1000);
    const killedAt = performance.now();
    await kill(before);
    const since = () => performance.now() - killedAt;
    // Only now: what the life that has ended still sent must not be taken for a delivery of the next.
    sinks = await Promise.all(receivers.map((name) => Sink.open(ports[name], 'holds')));
    const delivered = Promise.race(sinks.map((sink) => sink.arrival())).then(since);
    after = launch();
    await ready(ports.checkout, pollMs);
    return { readyMs: since(), firstDeliveryMs: await delivered };
  } finally {
    await kill(before);
    if (after) await kill(after);
    await Promise.all(sinks.map((sink) => sink.close()));
  }
}

async function lastSegmentMiB(directory: string): Promise<number> {
  const log = join(directory, 'log');
  const segments = (await readdir(log)).filter((name) => name.endsWith('.wal')).toSorted();
  return (await stat(join(log, segments.at(-1)!))).size / 2 ** 20;
}

function tableRow({ pending, lastSegmentMiB: mebibytes, starts }: Row): string[] {
  const times = (value: (start: Start) => number) => {
    const each = starts.map(value);
    return [median(each).toFixed(0), Math.max(...each).toFixed(0)];
  };
  return [
    pending.toLocaleString('en'),
    ...times(({ readyMs }) => readyMs),
    ...times(({ firstDeliveryMs }) => firstDeliveryMs),
    mebibytes.toFixed(1),
  ];
}
