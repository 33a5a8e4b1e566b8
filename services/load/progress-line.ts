import { readableCount } from '../../shared/command-line/index.js';
import type { Percentiles } from './latencies.js';
import type { Owed } from './owed-watch.js';
import { readableMs, readableSeconds } from './readable-time.js';

/** A terminal of 80 columns shows one less. */
const width = 79;

export interface Progress {
  readonly elapsedMs: number;
  /** Acknowledged per second, lately. */
  readonly perSecond: number;
  /** Of purchases that were answered at the first try, lately. */
  readonly latency: Percentiles;
  readonly acknowledged: number;
  readonly failedTries: number;
  readonly wrong: number;
  readonly owed: Owed;
}

/** How it goes, in a line that fits 80 columns. */
export function progressLine(progress: Progress): string {
  const { elapsedMs, perSecond, latency, acknowledged, failedTries, wrong, owed } = progress;
  const time = (ms: number) => (latency.count > 0 ? readableMs(ms) : '–');
  const parts = [
    readableSeconds(elapsedMs).padStart(4),
    `${shortCount(Math.round(perSecond))}/s`,
    `p50 ${time(latency.p50)}`,
    `p99 ${time(latency.p99)}`,
    `${shortCount(acknowledged)} acknowledged`,
    // What is wrong is graver than what failed for a while.
    wrong > 0 ? `${shortCount(wrong)} WRONG` : `${shortCount(failedTries)} ${failedTries === 1 ? 'error' : 'errors'}`,
    owed === 'down' ? '(down)' : `${shortCount(owed)} pending`,
  ];
  const wide = parts.join('  ');
  return wide.length <= width ? wide : parts.join(' ');
}

/** In at most five characters: `9,999`, `14.8k`, `1.48M`. */
function shortCount(count: number): string {
  if (count < 10_000) return readableCount(count);
  const [unit, letter] = count < 999_500 ? [1e3, 'k'] : count < 999_500_000 ? [1e6, 'M'] : [1e9, 'G'];
  return `${Number((count / unit).toPrecision(3))}${letter}`;
}
