/** How often each caller may: so many times in so many seconds. */
export interface QuotaLimit {
  readonly requests: number;
  readonly seconds: number;
}

/** What is left of a caller's quota after it was asked for one more. */
export interface QuotaLeft {
  readonly allowed: boolean;
  readonly remaining: number;
  /** Until there is a whole quota again: never more than the window, however `now` is rounded. */
  readonly resetMs: number;
}

interface Window {
  used: number;
  readonly beganAt: number;
}

/** A few hundred bytes each: some megabytes in all. */
const callersMaxDefault = 10_000;

/**
 * Counts what each caller asks for in a window of time that begins with its first request.
 *
 * 1. Windows stand in the order in which they began. All are equally long, so that is the order in which they end.
 * 2. At most `callersMax` of them: where there are more callers, the window that ends first is forgotten, and its caller begins
 *    anew. Whoever has so many addresses has as many quotas anyway; nobody is refused for what others do.
 * 3. A request that was refused does not count: whoever keeps asking gets through when the window ends.
 */
export class Quota {
  readonly #limit: QuotaLimit;
  readonly #windowMs: number;
  readonly #callersMax: number;
  readonly #windows = new Map<string, Window>();

  constructor(limit: QuotaLimit, callersMax = callersMaxDefault) {
    this.#limit = limit;
    this.#windowMs = limit.seconds * 1000;
    this.#callersMax = callersMax;
  }

  /** Callers that are remembered. */
  get size(): number {
    return this.#windows.size;
  }

  /** `now` in milliseconds of a clock that never goes back. */
  take(caller: string, now: number): QuotaLeft {
    const { requests } = this.#limit;
    const window = this.#windowOf(caller, now);
    const allowed = window.used < requests;
    if (allowed) window.used += 1; // 3
    return { allowed, remaining: requests - window.used, resetMs: this.#windowMs - (now - window.beganAt) };
  }

  #windowOf(caller: string, now: number): Window {
    const open = this.#windows.get(caller);
    if (open !== undefined && !this.#isOver(open, now)) return open;
    this.#windows.delete(caller);
    this.#forget(now);
    const window = { used: 0, beganAt: now };
    this.#windows.set(caller, window); // 1
    return window;
  }

  /** Two that are over for each that begins, so that what a flood has left behind goes away without a timer. */
  #forget(now: number): void {
    let over = 2;
    for (const [caller, window] of this.#windows) {
      if (this.#windows.size < this.#callersMax && (!this.#isOver(window, now) || over === 0)) return;
      this.#windows.delete(caller); // 2
      over -= 1;
    }
  }

  #isOver({ beganAt }: Window, now: number): boolean {
    return now - beganAt >= this.#windowMs;
  }
}
