import type { Clock, EpochMs } from './types.js';

/** What may go at once after a pause, in time: a tenth of a second's worth, and always one. */
const BURST_MS = 100;

/**
 * Entries per second, as a token bucket: a token comes every 1/rate s, each entry sent takes one, and unused ones gather up to a
 * burst. Two rates may be in force, the lane's own and one until it has caught up; the lower counts.
 *
 * The clock is a wall clock: set back, no time has passed; set forward, the bucket is full. Either is harmless.
 */
export class RateLimit {
  readonly #own: number;
  readonly #clock: Pick<Clock, 'now' | 'after'>;
  readonly #onAdmitting: () => void;
  #catchUp: number | undefined;
  #tokens = 1;
  #filledAt: EpochMs;
  #cancelWait: (() => void) | undefined;

  /** @param onAdmitting called when one more may be sent after `admits` had said that none may */
  constructor(ratePerSecond: number, clock: Pick<Clock, 'now' | 'after'>, onAdmitting: () => void) {
    this.#own = ratePerSecond;
    this.#clock = clock;
    this.#onAdmitting = onAdmitting;
    this.#filledAt = clock.now();
  }

  /** In force now; Infinity: none. */
  get ratePerSecond(): number {
    return Math.min(this.#own, this.#catchUp ?? Infinity);
  }

  /** The one until the lane has caught up, if there is one. */
  get catchUp(): number | undefined {
    return this.#catchUp;
  }

  /** Sets the second rate, or lifts it. */
  setCatchUp(ratePerSecond: number | undefined): void {
    this.#fill();
    this.#catchUp = ratePerSecond;
    this.#tokens = Math.min(this.#tokens, this.#burst());
    this.stop();
    this.#onAdmitting();
  }

  /** How many entries may be sent now. Where it is none, `onAdmitting` tells when one may. */
  admits(): number {
    if (this.ratePerSecond === Infinity) return Infinity;
    this.#fill();
    const whole = Math.max(0, Math.floor(this.#tokens));
    if (whole === 0) this.#waitForToken();
    return whole;
  }

  /** Takes note of entries that are being sent; of more than were admitted, those that come after wait the longer. */
  sent(entries: number): void {
    if (this.ratePerSecond === Infinity) return;
    // First: what has come since would else be added to a debt, above what may be saved.
    this.#fill();
    this.#tokens -= entries;
  }

  /** Calls nobody any more. */
  stop(): void {
    this.#cancelWait?.();
    this.#cancelWait = undefined;
  }

  #fill(): void {
    const now = this.#clock.now();
    const passedMs = Math.max(0, now - this.#filledAt);
    // Without a rate nothing is counted; 0 ms at an infinite one would come to no number at all.
    if (this.ratePerSecond !== Infinity) {
      this.#tokens = Math.min(this.#burst(), this.#tokens + (passedMs * this.ratePerSecond) / 1000);
    }
    this.#filledAt = now;
  }

  #burst(): number {
    return Math.max(1, (this.ratePerSecond * BURST_MS) / 1000);
  }

  #waitForToken(): void {
    this.#cancelWait ??= this.#clock.after(Math.ceil(((1 - this.#tokens) * 1000) / this.ratePerSecond), () => {
      this.#cancelWait = undefined;
      this.#onAdmitting();
    });
  }
}
