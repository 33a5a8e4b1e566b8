import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

const microsecondsMax = 24 * 3_600_000_000;

/** Milliseconds; of none, all are 0. */
export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** How long purchases took, in memory that does not grow: to three digits, up to a day. */
export class Latencies {
  readonly #all = histogram();
  readonly #lately = histogram();

  record(ms: number): void {
    const microseconds = Math.min(microsecondsMax, Math.max(1, Math.round(ms * 1000)));
    this.#all.record(microseconds);
    this.#lately.record(microseconds);
  }

  get all(): Percentiles {
    return percentilesOf(this.#all);
  }

  /** Of those since this was asked last. */
  takeLately(): Percentiles {
    const lately = percentilesOf(this.#lately);
    this.#lately.reset();
    return lately;
  }
}

function histogram(): RecordableHistogram {
  return createHistogram({ lowest: 1, highest: microsecondsMax, figures: 3 });
}

function percentilesOf(recorded: RecordableHistogram): Percentiles {
  const { count } = recorded;
  if (count === 0) return { count, p50: 0, p90: 0, p99: 0, max: 0 };
  const ms = (percentile: number) => recorded.percentile(percentile) / 1000;
  return { count, p50: ms(50), p90: ms(90), p99: ms(99), max: recorded.max / 1000 };
}
