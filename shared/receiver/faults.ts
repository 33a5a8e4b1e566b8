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

  /**
   * Throws the dice for one request: for the hang, the failure and the drop, in this order, where each is set. `body` is what the
   * request brings, as the checkout writes it.
   */
  plan(body: Buffer): FaultPlan {
    const { status, rate = 1, sku, retryAfterSeconds, latencyMs = 0, hangRate, dropAfterCommitRate } = this.#settings;
    const hang = this.#happens(hangRate);
    const concerned = status !== undefined && (sku === undefined || holdsSku(body, sku));
    const failure = concerned && this.#happens(rate) ? { status, retryAfterSeconds } : undefined;
    return { latencyMs, hang, failure, dropAfterCommit: this.#happens(dropAfterCommitRate) };
  }

  #happens(rate: number | undefined): boolean {
    return rate !== undefined && this.#random() < rate;
  }
}

/** Nothing has been parsed yet, nor will be, if the delivery is failed: the bytes tell. */
function holdsSku(body: Buffer, sku: string): boolean {
  return body.includes(`"sku":${JSON.stringify(sku)}`);
}
