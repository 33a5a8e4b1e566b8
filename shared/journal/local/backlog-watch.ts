/*
 * Watches what the log keeps for destinations that have not confirmed it, so that purchases are refused before it outgrows what
 * it may.
 *
 * Owns what is known of the backlog, and the decision whether it has room for a purchase. Does not own the mark or the log.
 *
 * 1. The backlog is what lies above the mark, not what the files take: segments go whole, and the active one never. With everything
 *    confirmed it is 0, so that it cannot refuse for ever.
 * 2. It looks once a second. In between, what is taken is added; when that comes to the bound, it looks at once: nobody is refused
 *    for an old look.
 * 3. It is left with a margin: a backlog at the bound does not flap. Whoever listens hears of each change once.
 */
import type { LogClock } from '../../wal/index.js';
import type { BacklogStatus } from '../types.js';

const lookEveryMs = 1000;
/** Part of the bound that must be free before purchases are taken again. */
const marginPart = 4;

export interface BacklogWatchOptions {
  readonly clock: Pick<LogClock, 'schedule'>;
  readonly bytesMax: number;
  /** Bytes above the mark, now; undefined where that cannot be seen. Cheap. */
  readonly look: () => number | undefined;
  /** Called at each change of `refusing`, with what is known then; must not throw. */
  readonly onChanged: (status: BacklogStatus) => void;
}

export class BacklogWatch {
  readonly #options: BacklogWatchOptions;
  #seenBytes = 0;
  /** Since that was seen. */
  #takenBytes = 0;
  #drainedBytes = 0;
  #refusing = false;
  #cancelLook: (() => void) | undefined;

  constructor(options: BacklogWatchOptions) {
    this.#options = options;
  }

  /** Looks for the first time, and from then on by itself. */
  start(): void {
    this.#seenBytes = this.#options.look() ?? 0;
    this.#judge();
    this.#lookLater();
  }

  stop(): void {
    this.#cancelLook?.();
  }

  get refusing(): boolean {
    return this.#refusing;
  }

  status(): BacklogStatus {
    const { bytesMax } = this.#options;
    return {
      bytes: this.#seenBytes + this.#takenBytes,
      bytesMax,
      resumeBytes: this.#resumeBytes,
      drainedBytes: this.#drainedBytes,
      refusing: this.#refusing,
    };
  }

  /** Whether a purchase of so many bytes may be written; if so, it is counted as taken. */
  take(bytes: number): boolean {
    const { bytesMax } = this.#options;
    if (!this.#refusing && this.#seenBytes + this.#takenBytes + bytes > bytesMax) this.#look(bytes);
    if (this.#refusing) return false;
    this.#takenBytes += bytes;
    return true;
  }

  get #resumeBytes(): number {
    const { bytesMax } = this.#options;
    return bytesMax - Math.floor(bytesMax / marginPart);
  }

  #lookLater(): void {
    this.#cancelLook = this.#options.clock.schedule(lookEveryMs, () => {
      this.#look(0);
      this.#lookLater();
    });
  }

  /** Judges with what is about to be added. */
  #look(bytes: number): void {
    const seen = this.#options.look();
    if (seen === undefined) return;
    this.#drainedBytes += this.#seenBytes + this.#takenBytes - seen;
    this.#seenBytes = seen;
    this.#takenBytes = 0;
    this.#judge(bytes);
  }

  #judge(bytes = 0): void {
    const { bytesMax, onChanged } = this.#options;
    const total = this.#seenBytes + this.#takenBytes + bytes;
    const refusing = total > (this.#refusing ? this.#resumeBytes : bytesMax);
    if (refusing === this.#refusing) return;
    this.#refusing = refusing;
    onChanged(this.status());
  }
}
