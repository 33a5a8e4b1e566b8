/*
 * Removing many full segments at once while the checkout serves a light load, against the same time without.
 *
 * One purchase, the first, holds the mark and with it all segments, because finance has refused it. In the middle of the time that is
 * measured it is discarded: the mark passes them all.
 */
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { countUnlinks } from './count-unlinks.js';
import { administer, destinationsAt, end, ready, resume, startDurable } from './durable-checkout.js';
import { lightLoad } from './light-load.js';
import { eventLoopDelayMs } from './metrics-page.js';
import { atMost, type BenchOptions, type Section } from './section.js';
import { Sink } from './sink.js';
import { median, quantile } from './statistics.js';
import { status } from './status-page.js';

const ports = { checkout: 3930, warehouse: 3931, finance: 3932 };
const receivers = ['warehouse', 'finance'] as const;
const segmentBytesFull = 64 * 1024 ** 2;
/** For a small backlog, so that it has several as well. */
const segmentBytesSmall = 1024 ** 2;
const fullFrom = 500_000;
const extraDelayMsMax = 10;

interface Span {
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
  readonly requestP99Ms: number;
  readonly requestMaxMs: number;
}

interface Turn {
  readonly quiet: Span;
  readonly pruning: Span;
  readonly pruned: number;
}

interface Pruned {
  readonly turns: readonly Turn[];
  readonly segmentBytes: number;
  /** In a run of its own, because strace slows what it looks at; undefined without it. */
  readonly unlinks: { readonly calls: number; readonly segments: number } | undefined;
}

export const pruneSection: Section = {
  name: 'prune',
  async run(options, progress) {
    const result = await benchPrune(options, progress);
    const { turns, segmentBytes, unlinks } = result;
    const middle = (value: (turn: Turn) => number) => median(turns.map(value));
    const mebibytes = segmentBytes / 2 ** 20;
    const row = (name: string, span: (turn: Turn) => Span, pruned: number) => [
      name,
      String(pruned),
      ...[
        middle((turn) => span(turn).loopP99Ms),
        middle((turn) => span(turn).loopMaxMs),
        middle((turn) => span(turn).requestP99Ms),
        middle((turn) => span(turn).requestMaxMs),
      ].map((ms) => ms.toFixed(1)),
    ];
    const delay = middle(({ pruning, quiet }) => pruning.loopMaxMs - quiet.loopMaxMs);
    const what = `removing segments of ${mebibytes} MiB`;
    return {
      tables: [
        {
          title: `Removing segments of ${mebibytes} MiB that the mark passes at once, in ms (medians of ${turns.length} turns)`,
          header: ['', 'segments', 'API loop p99', 'max', 'request p99', 'max'],
          rows: [
            row('as it is', ({ quiet }) => quiet, 0),
            row(
              'pruning',
              ({ pruning }) => pruning,
              middle(({ pruned }) => pruned),
            ),
          ],
          notes: [
            unlinks
              ? `strace saw ${unlinks.calls} unlinks of segments for ${unlinks.segments} that went, in a run of its own`
              : 'unlinks were not counted: strace is not installed',
            'one request at a time and ten more a second. The delay of the loop has 10 ms of its timer in it',
          ],
        },
      ],
      aims: [
        {
          ...{ what: `${what}: longest delay of the API thread`, against: 'the same time without' },
          ...{ aim: `≤ + ${extraDelayMsMax} ms`, value: `${delay < 0 ? '−' : '+'} ${Math.abs(delay).toFixed(1)} ms` },
          met: delay <= extraDelayMsMax,
        },
        ...(unlinks
          ? [atMost(1, unlinks.calls / unlinks.segments, { what: `${what}: unlinks for each`, against: '–' })]
          : []),
      ],
      figures: result,
    };
  },
};

async function benchPrune(options: BenchOptions, progress: (text: string) => void): Promise<Pruned> {
  const segmentBytes = options.backlog >= fullFrom ? segmentBytesFull : segmentBytesSmall;
  const turns: Turn[] = [];
  for (let turn = 1; turn <= options.turns; turn += 1) {
    progress(`pruning, turn ${turn} of ${options.turns}`);
    turns.push(
      await withHeldLog({ options, segmentBytes, progress }, async (checkout) => {
        await lightLoad(ports.checkout, options.seconds);
        const quiet = await measure(options.seconds);
        const before = await segments();
        const pruning = await measure(options.seconds, checkout.release);
        return { quiet, pruning, pruned: before - (await segments()) };
      }),
    );
  }
  progress('counting unlinks');
  const unlinks = await withHeldLog({ options, segmentBytes, progress }, async ({ pid, release }) => {
    const count = await countUnlinks(pid);
    if (!count) return undefined;
    await sleep(1000);
    const before = await segments();
    await release();
    await lightLoad(ports.checkout, options.seconds);
    return { calls: await count.stop(), segments: before - (await segments()) };
  });
  return { turns, segmentBytes, unlinks };
}

interface HeldLog {
  readonly pid: number;
  /** Lets the mark pass. */
  readonly release: () => Promise<void>;
}

async function withHeldLog<T>(
  {
    options,
    segmentBytes,
    progress,
  }: { options: BenchOptions; segmentBytes: number; progress: (text: string) => void },
  run: (checkout: HeldLog) => Promise<T>,
): Promise<T> {
  const shape = { count: options.backlog, outcomes: 'held-by-one', segmentBytes } as const;
  const directory = await options.backlogs.copy(shape, progress);
  const sinks = await Promise.all(receivers.map((name) => Sink.open(ports[name], 'takes')));
  const checkout = startDurable(ports.checkout, directory, {
    DESTINATIONS: destinationsAt(ports),
    SEGMENT_BYTES: String(segmentBytes),
  });
  try {
    await ready(ports.checkout);
    await Promise.all(receivers.map((name) => resume(ports.checkout, name)));
    const release = () => administer(ports.checkout, '/deliveries/finance/1/discard', { reason: 'benchmark' });
    return await run({ pid: checkout.pid!, release });
  } finally {
    await end(checkout);
    await Promise.all(sinks.map((sink) => sink.close()));
    await rm(directory, { recursive: true });
  }
}

/** What customers and the event loop meet meanwhile; what is given happens in the middle. */
async function measure(seconds: number, inTheMiddle?: () => Promise<void>): Promise<Span> {
  // Reading it starts it anew.
  await eventLoopDelayMs(ports.checkout);
  const load = lightLoad(ports.checkout, seconds);
  await sleep((seconds * 1000) / 2);
  await inTheMiddle?.();
  const waited = await load;
  const delay = await eventLoopDelayMs(ports.checkout);
  return {
    ...{ loopP99Ms: delay.p99, loopMaxMs: delay.max },
    ...{ requestP99Ms: quantile(waited, 0.99), requestMaxMs: Math.max(...waited) },
  };
}

async function segments(): Promise<number> {
  return (await status(ports.checkout)).log.segments;
}
