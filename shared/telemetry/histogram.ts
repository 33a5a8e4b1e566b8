/** What a histogram has counted. Can be copied between threads. */
export interface HistogramCounts {
  /** Upper bounds of the buckets, ascending. */
  readonly bounds: readonly number[];
  /** Values in each bucket alone, and, last, those above all bounds. */
  readonly counts: readonly number[];
  readonly sum: number;
}

/** Seconds, for what a machine does by itself: a sync, a commit, an answer. */
export const latencyBounds: readonly number[] = [
  0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** Seconds, for what another service is waited for. */
export const remoteLatencyBounds: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120,
];

/** How many together. */
export const groupSizeBounds: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/** Bytes of a write. */
export const bytesBounds: readonly number[] = [256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576];

/**
 * Counts values into buckets. It stands on the way of every request, and in threads that must not load a metrics library: so it
 * is additions only, and whoever shows it to Prometheus does the rest.
 */
export class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    let index = 0;
    while (value > (this.#bounds[index] ?? Infinity)) index += 1;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#sum += value;
  }

  get counts(): HistogramCounts {
    return { bounds: this.#bounds, counts: [...this.#counts], sum: this.#sum };
  }
}
