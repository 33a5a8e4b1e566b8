import type { LogClock } from '../../shared/wal/types.js';

interface Task {
  readonly at: number;
  readonly run: () => void;
}

/** A clock that stands still until a test moves it. */
export class ManualLogClock implements LogClock {
  #now: number;
  #tasks: Task[] = [];

  constructor(now = 1_700_000_000_000) {
    this.#now = now;
  }

  /** Tasks that wait. */
  get scheduled(): number {
    return this.#tasks.length;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  schedule(delayMs: number, run: () => void): () => void {
    const task = { at: this.#now + delayMs, run };
    this.#tasks.push(task);
    return () => {
      this.#tasks = this.#tasks.filter((each) => each !== task);
    };
  }

  /** Lets time pass, and runs what falls due at the end of it; what that schedules in turn waits for the next call. */
  advance(ms: number): void {
    this.#now += ms;
    const due = this.#tasks.filter(({ at }) => at <= this.#now);
    this.#tasks = this.#tasks.filter(({ at }) => at > this.#now);
    for (const { run } of due) run();
  }
}
