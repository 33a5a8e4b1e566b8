import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

/** How one thread fares. Can be copied between threads. */
export interface ThreadFigures {
  /** How late a timer came, in seconds, over the last few: what a request waits before anything is done for it. */
  readonly loopDelaySeconds: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Since the thread's start: at work, and waiting for something to do. */
  readonly loopActiveSeconds: number;
  readonly loopIdleSeconds: number;
  readonly heapUsedBytes: number;
  /** Beyond it the thread dies. */
  readonly heapLimitBytes: number;
}

const resolutionMs = 10;
/** Whoever asks sooner is told the same again: several who ask do not take each other's maximum away. */
const windowMsMin = 5_000;
const nanosecondsPerSecond = 1e9;

/** Watches the thread it is made in. */
export class ThreadWatch {
  readonly #delay = monitorEventLoopDelay({ resolution: resolutionMs });
  readonly #now: () => number;
  #since: number;
  #last: ThreadFigures['loopDelaySeconds'] | undefined;

  /** `now` in milliseconds, never set back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#since = now();
    this.#delay.enable();
  }

  figures(): ThreadFigures {
    const { active, idle } = performance.eventLoopUtilization();
    const heap = getHeapStatistics();
    return {
      loopDelaySeconds: this.#delays(),
      loopActiveSeconds: active / 1000,
      loopIdleSeconds: idle / 1000,
      heapUsedBytes: heap.used_heap_size,
      heapLimitBytes: heap.heap_size_limit,
    };
  }

  stop(): void {
    this.#delay.disable();
  }

  #delays(): ThreadFigures['loopDelaySeconds'] {
    if (this.#last !== undefined && this.#now() - this.#since < windowMsMin) return this.#last;
    this.#last = {
      p50: this.#late(this.#delay.percentile(50)),
      p99: this.#late(this.#delay.percentile(99)),
      max: this.#late(this.#delay.max),
    };
    this.#since = this.#now();
    this.#delay.reset();
    return this.#last;
  }

  /** Node measures from one timer to the next; what is above the time between them is late. Nothing yet counts as none. */
  #late(nanoseconds: number): number {
    if (this.#delay.count === 0) return 0;
    return Math.max(0, nanoseconds / nanosecondsPerSecond - resolutionMs / 1000);
  }
}
