import type { Percentiles } from './latencies.js';
import type { Lateness } from './open-loop.js';

/** What came of it: what `--json` prints. */
export interface LoadReport {
  readonly url: string;
  readonly ended: 'duration' | 'purchases' | 'interrupted';
  readonly seconds: number;
  readonly begun: number;
  readonly acknowledged: number;
  readonly perSecond: number;
  /** From when a purchase began, or with a rate was due, to its 201: at its first try, and at a later one. */
  readonly latencyMs: { readonly firstTry: Percentiles; readonly laterTry: Percentiles };
  /** Of the acknowledged: an earlier try had written them, whose answer was lost. */
  readonly writtenBefore: number;
  /** Tries that told nothing for good, by kind. */
  readonly triedAgain: Readonly<Record<string, number>>;
  /** On purpose: known to be the same purchase, or given up. */
  readonly sentTwice: { readonly same: number; readonly unknown: number };
  readonly wrong: { readonly count: number; readonly first: readonly string[] };
  readonly unknown: { readonly count: number; readonly firstKeys: readonly string[] };
  /** With a rate. */
  readonly pace: Lateness | null;
  readonly seed: number;
  readonly acknowledgedFile: string | null;
}

/** Whether all purchases are known, and right. */
export function isRight({ wrong, unknown }: LoadReport): boolean {
  return wrong.count === 0 && unknown.count === 0;
}
