import type { FaultSettings } from './types.js';

/** What one request is to suffer. */
export interface FaultPlan {
  readonly latencyMs: number;
  /** Never answer. */
  readonly hang: boolean;
  /** Answer with this instead of doing the work. */
  readonly failure: { readonly status: number; readonly retryAfterSeconds: number | undefined } | undefined;
  /** Do the work, then cut the connection. */
  readonly dropAfterCommit: boolean;
}

/** The faults in force. They live in memory: a restart ends them. */
export class Faults {
  #settings: FaultSettings = {};
  readonly #random: () => number;

  /** `random` gives numbers from 0 up to, but not, 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  get settings(): FaultSettings {
    return this.#settings;
  }

  /** Replaces all settings; an absent one is off. */
  replace(settings: FaultSettings): void {
    this.#settings = settings;
  }

  /** Throws the dice for one request: for the hang, the failure and the drop, in this order, where each is set. */
  plan(): FaultPlan {
    const { status, rate = 1, retryAfterSeconds, latencyMs = 0, hangRate, dropAfterCommitRate } = this.#settings;
    const hang = this.#happens(hangRate);
    const failure = status !== undefined && this.#happens(rate) ? { status, retryAfterSeconds } : undefined;
    return { latencyMs, hang, failure, dropAfterCommit: this.#happens(dropAfterCommitRate) };
  }

  #happens(rate: number | undefined): boolean {
    return rate !== undefined && this.#random() < rate;
  }
}
