/** Where something stood at a time. */
interface Sample {
  readonly total: number;
  readonly atMs: number;
}

export interface DrainRateOptions {
  /** The least time between two samples that are kept; what is noted in between takes the place of the last. */
  readonly spacingMs: number;
  /** Samples that are kept: they span about `spacingMs` times this. */
  readonly samplesMax: number;
}

/**
 * How fast something that only has to be counted goes on: purchases answered, bytes confirmed, bytes of space. Over the last
 * samples, so that what was long ago does not count, and bounded in memory.
 */
export class DrainRate {
  readonly #options: DrainRateOptions;
  readonly #samples: Sample[] = [];

  constructor(options: DrainRateOptions) {
    this.#options = options;
  }

  /** Tells how much it is by now, in all. Time never goes back. */
  note(total: number, atMs: number): void {
    const { spacingMs, samplesMax } = this.#options;
    const samples = this.#samples;
    const [before, last] = [samples.at(-2), samples.at(-1)];
    if (last && before && last.atMs - before.atMs < spacingMs) samples.pop();
    samples.push({ total, atMs });
    if (samples.length > samplesMax) samples.shift();
  }

  /** Undefined while it is not known: fewer than two samples, or no time between them. May be negative. */
  get perSecond(): number | undefined {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || !last || last.atMs <= first.atMs) return undefined;
    return ((last.total - first.total) * 1000) / (last.atMs - first.atMs);
  }
}
