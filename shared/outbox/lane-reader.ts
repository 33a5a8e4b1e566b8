import type { DeliveryJournal, DestinationOptions, Entry, Sequence } from './types.js';
import { WakeUp } from './wake-up.js';

/** How far, in windows, the lane reads past an entry that has no outcome yet. */
const SPAN_WINDOWS = 32;

export interface LaneReaderSurroundings {
  /** How many entries the lane can take now. */
  readonly room: () => number;
  /** The oldest entry that has been read and has no outcome on record. */
  readonly oldestInWindow: () => Sequence | undefined;
  readonly read: (after: Sequence, limit: number) => Promise<readonly Entry[]>;
  /** Takes every entry that was read and has nothing on record, before the next read begins. */
  readonly onEntries: (entries: readonly Entry[]) => void;
  /** There is nothing more to read for now. */
  readonly onEnd: () => void;
}

/**
 * Reads the journal for one lane, as far as the lane has room.
 *
 * Owns the position: every entry up to it has been handed to the lane or was on record before. Does not own the room.
 *
 * 1. Never reads more entries than there is room for; what a read under way may bring is `expected`, so that nobody else
 *    takes that room.
 * 2. Skips entries that were on record above the cursor at the start (O5) and forgets each once it is passed.
 * 3. Sleeps when there is no room or nothing to read, until the lane or the journal wakes it: no polling.
 * 4. Keeps within `SPAN_WINDOWS` windows of the oldest entry without an outcome, so that what the engine must remember above
 *    the cursor is bounded too, also while one request hangs and thousands of others pass it.
 */
export class LaneReader {
  readonly #options: Pick<DestinationOptions, 'windowMax'>;
  readonly #journal: Pick<DeliveryJournal, 'onReadable'>;
  readonly #surroundings: LaneReaderSurroundings;
  readonly #wakeUp = new WakeUp();
  #stopped = false;
  #expected = 0;
  #position = 0 as Sequence;
  /** False once a read came back empty, until the journal says that there may be more: then room alone is no reason to read. */
  #mayHaveMore = true;

  constructor(
    options: Pick<DestinationOptions, 'windowMax'>,
    journal: Pick<DeliveryJournal, 'onReadable'>,
    surroundings: LaneReaderSurroundings,
  ) {
    this.#options = options;
    this.#journal = journal;
    this.#surroundings = surroundings;
  }

  /** Entries that a read under way may bring. */
  get expected(): number {
    return this.#expected;
  }

  /** The last entry that was handed to the lane, or was on record before. */
  get position(): Sequence {
    return this.#position;
  }

  /** Whether the last read came back empty, and nothing has become readable since. */
  get atEnd(): boolean {
    return !this.#mayHaveMore && this.#expected === 0;
  }

  /** Reads until `stop`. @throws what the journal threw */
  async run(cursor: Sequence, recordedAbove: readonly Sequence[]): Promise<void> {
    const unsubscribe = this.#journal.onReadable(() => {
      this.#mayHaveMore = true;
      this.wake();
    });
    try {
      await this.#readOn(cursor, new Set(recordedAbove));
    } finally {
      unsubscribe();
    }
  }

  /** There may be room now, or something to read. */
  wake(): void {
    this.#wakeUp.call();
  }

  stop(): void {
    this.#stopped = true;
    this.wake();
  }

  async #readOn(cursor: Sequence, recorded: Set<Sequence>): Promise<void> {
    this.#position = cursor;
    while (!this.#stopped) {
      const limit = this.#mayHaveMore ? this.#limit() : 0;
      if (limit <= 0) {
        await this.#wakeUp.wait(); // 3
        continue;
      }
      // Before the read, not after it: what becomes readable meanwhile sets it again.
      this.#mayHaveMore = false;
      this.#expected = limit;
      const entries = await this.#surroundings.read(this.#position, limit);
      this.#expected = 0;
      if (entries.length > 0) this.#mayHaveMore = true;
      else this.#surroundings.onEnd();
      // A stop that came during the read: what was read is read again after the next start.
      if (this.#isStopped()) return;
      this.#position = entries.at(-1)?.sequence ?? this.#position;
      this.#surroundings.onEntries(entries.filter(({ sequence }) => !recorded.delete(sequence))); // 2
    }
  }

  #limit(): number {
    const { windowMax } = this.#options;
    const oldest = this.#surroundings.oldestInWindow();
    if (oldest !== undefined && this.#position - oldest >= SPAN_WINDOWS * windowMax) return 0; // 4
    return this.#surroundings.room();
  }

  #isStopped(): boolean {
    return this.#stopped;
  }
}
