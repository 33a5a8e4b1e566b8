import type { Clock, EpochMs } from '../../shared/outbox/types.js';

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** Lets everything that is ready run: promises to their end, and what they start, several turns deep. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Time that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now: number;
  readonly #timers = new Set<Timer>();

  constructor(startAt = 1_760_000_000_000) {
    this.#now = startAt;
  }

  now(): EpochMs {
    return this.#now as EpochMs;
  }

  /** As if somebody set the clock: timers keep the time that is left to them. */
  set(now: number): void {
    const moved = now - this.#now;
    this.#now = now;
    const timers = [...this.#timers];
    this.#timers.clear();
    for (const timer of timers) this.#timers.add({ ...timer, at: timer.at + moved });
  }

  /** Timers that are set. */
  get pending(): number {
    return this.#timers.size;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = () => {
        cancel();
        reject(signal.reason as Error);
      };
      const cancel = this.after(ms, () => {
        signal.removeEventListener('abort', abort);
        resolve();
      });
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  after(ms: number, run: () => void): () => void {
    const timer: Timer = { at: this.#now + ms, run };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** Moves time on; each timer that comes due runs at its own time, and what follows from it runs before the next. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    for (let timer = this.#nextUntil(end); timer !== undefined; timer = this.#nextUntil(end)) {
      this.#now = Math.max(this.#now, timer.at);
      this.#timers.delete(timer);
      timer.run();
      await settled();
    }
    this.#now = end;
  }

  /** Moves time on from timer to timer until `done`; fails when it takes more than `msMax`. */
  async advanceUntil(done: () => boolean, msMax: number): Promise<void> {
    const end = this.#now + msMax;
    await settled();
    while (!done()) {
      const timer = this.#nextUntil(end);
      if (timer === undefined) throw new Error(`not done within ${msMax} ms, ${this.pending} timers set`);
      await this.advance(Math.max(0, timer.at - this.#now));
    }
  }

  #nextUntil(end: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) if (timer.at <= end && (next === undefined || timer.at < next.at)) next = timer;
    return next;
  }
}
