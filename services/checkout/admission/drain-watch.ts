/*
 * Tells those who are refused when to come back.
 *
 * Owns the rates at which what must go does go: purchases under way, bytes of backlog, space on the disk. Does not own the bounds.
 *
 * 1. Backlog and space are sampled once a second; a rate is that of the last ten.
 * 2. Purchases are counted over the time in which any are under way: a shop that was quiet for an hour is no slow shop.
 */
import type { BacklogStatus, DiskStatus, RefusedCode } from '../../../shared/journal/index.js';
import type { Clock } from '../../../shared/outbox/index.js';
import { DrainRate } from './drain-rate.js';
import { retryAfterSeconds, type RetryAfterBounds } from './retry-after.js';

const sampleEveryMs = 1000;
const overTenSeconds = { spacingMs: sampleEveryMs, samplesMax: 11 };
const overOneBusySecond = { spacingMs: 100, samplesMax: 11 };

/** Published in the README. */
const bounds: Readonly<Record<RefusedCode, RetryAfterBounds>> = {
  overloaded: { unknownSeconds: 1, secondsMax: 60 },
  backlog: { unknownSeconds: 30, secondsMax: 300 },
  'disk-full': { unknownSeconds: 5, secondsMax: 300 },
  'disk-reserve': { unknownSeconds: 5, secondsMax: 300 },
  closed: { unknownSeconds: 2, secondsMax: 3 },
  failed: { unknownSeconds: 2, secondsMax: 3 },
};

export interface DrainWatchOptions {
  readonly journal: { backlog(): BacklogStatus | undefined; disk(): DiskStatus | undefined };
  readonly clock: Pick<Clock, 'after'>;
  /** Milliseconds of a clock that never goes back: when somebody sets the machine's, nothing goes faster or slower for that. */
  readonly now: () => number;
  readonly random: () => number;
}

export class DrainWatch {
  readonly #options: DrainWatchOptions;
  readonly #purchases = new DrainRate(overOneBusySecond);
  readonly #backlog = new DrainRate(overTenSeconds);
  readonly #space = new DrainRate(overTenSeconds);
  #answered = 0;
  #busyMs = 0;
  #busySince: number | undefined;
  #cancelSample: (() => void) | undefined;

  constructor(options: DrainWatchOptions) {
    this.#options = options;
  }

  start(): void {
    const { journal, clock } = this.#options;
    const now = this.#options.now();
    const [backlog, disk] = [journal.backlog(), journal.disk()];
    if (backlog) this.#backlog.note(backlog.drainedBytes, now);
    if (disk) this.#space.note(disk.availableBytes, now);
    this.#cancelSample = clock.after(sampleEveryMs, () => {
      this.start();
    });
  }

  stop(): void {
    this.#cancelSample?.();
  }

  /** A purchase is under way, and none was before. */
  busy(): void {
    this.#busySince = this.#options.now();
    this.#purchases.note(this.#answered, this.#busyMs);
  }

  /** A purchase has been answered; whether any are still under way. */
  answered(stillBusy: boolean): void {
    const now = this.#options.now();
    this.#answered += 1;
    this.#busyMs += now - (this.#busySince ?? now);
    this.#busySince = stillBusy ? now : undefined;
    this.#purchases.note(this.#answered, this.#busyMs);
  }

  /** Seconds after which a purchase that is refused for this is worth another try. */
  retryAfterSeconds(code: RefusedCode, underWay: number): number {
    const { mustGo, rate } = this.#drain(code, underWay);
    return retryAfterSeconds(mustGo, rate?.perSecond, bounds[code], this.#options.random);
  }

  #drain(code: RefusedCode, underWay: number): { mustGo: number; rate?: DrainRate } {
    switch (code) {
      case 'overloaded':
        return { mustGo: underWay, rate: this.#purchases };
      case 'backlog': {
        const { bytes = 0, resumeBytes = 0 } = this.#options.journal.backlog() ?? {};
        return { mustGo: bytes - resumeBytes, rate: this.#backlog };
      }
      case 'disk-full':
      case 'disk-reserve': {
        const { availableBytes = 0, resumeBytes = 0 } = this.#options.journal.disk() ?? {};
        return { mustGo: resumeBytes - availableBytes, rate: this.#space };
      }
      case 'closed':
      case 'failed':
        return { mustGo: 0 };
    }
  }
}
