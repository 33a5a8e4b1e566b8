import type { Settlement } from './settlement.js';
import type { Clock, DeliveryJournal, Entry, Parked, Sequence } from './types.js';

/** What a lane's memory holds of one key. */
interface Line {
  /** The entry whose turn it is, or was last. While there was none: the one that those in memory were found to be behind. */
  head: Sequence;
  /** Entries in memory: delivered, waiting for their turn, or just being recorded as held. */
  size: number;
  /** Resolves when the last of those that have a turn has had it. */
  turns: Promise<void> | undefined;
}

export interface KeyOrderSurroundings {
  readonly journal: Pick<DeliveryJournal, 'readOrdered'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly settlement: Pick<Settlement, 'record'>;
}

/**
 * The order within each key of one lane: which keys are busy, and whose turn it is.
 *
 * Owns what the lane's memory holds of each key. Does not own what is on record; each read brings that along. Bounded with the
 * lane: a key is forgotten with its last entry in memory.
 *
 * 1. Of each key one entry is delivered at a time. The next one's turn comes when the delivery before it has ended: not when
 *    that has an outcome, since a request of one that was discarded may still be under way.
 * 2. A key is busy for an entry while the lane's memory holds another of the key, or one before it is open on record. An entry
 *    of a busy key is recorded as held, at once; what waits, waits on record and not in memory.
 * 3. What is open on record is as old as the read that told. A key whose entry was parked since then, and so left the memory,
 *    stays busy until the page has been taken: there is no moment at which it looks free.
 * 4. The entry that another is found to be behind is the key's head. There is at most one entry in memory that is open and not
 *    on record, and not about to be recorded as held: the head. So once the head is final, the journal knows all others.
 */
export class KeyOrder {
  readonly #lines = new Map<string, Line>();
  readonly #destination: string;
  readonly #surroundings: KeyOrderSurroundings;
  #openOnRecord: ReadonlyMap<string, Sequence> = new Map();
  #parkedSince: Map<string, Sequence> | undefined;

  constructor(destination: string, surroundings: KeyOrderSurroundings) {
    this.#destination = destination;
    this.#surroundings = surroundings;
  }

  /** Reads a page, of which every entry is to be taken before the next is read: held back if its key is busy, or delivered. */
  async read(after: Sequence, limit: number): Promise<readonly Entry[]> {
    this.#parkedSince = new Map(); // 3
    const { entries, lowestOpen } = await this.#surroundings.journal.readOrdered(this.#destination, after, limit);
    this.#openOnRecord = lowestOpen;
    return entries;
  }

  /** To be told when every entry of the page has been taken. */
  pageTaken(): void {
    this.#parkedSince = undefined;
    this.#openOnRecord = new Map();
  }

  /**
   * Records an entry of the page as held if its key is busy (2), and resolves once that is durable; undefined: it is next.
   * @throws what the journal threw
   */
  holdBack(entry: Entry): Promise<void> | undefined {
    const behind = this.#behind(entry);
    return behind === undefined ? undefined : this.#recordHeld(entry, behind);
  }

  /**
   * Calls `deliver` with what resolves when all that were handed in before, of the same key, have ended (1); undefined: there are
   * none. It may end before its turn. Neither it nor this may reject.
   */
  async inTurn(
    key: string,
    sequence: Sequence,
    deliver: (turn: Promise<void> | undefined) => Promise<void>,
  ): Promise<void> {
    const line = this.#enter(key, sequence);
    const turn = line.turns;
    void turn?.then(() => {
      line.head = sequence;
    });
    const ended = deliver(turn);
    line.turns = turn === undefined ? ended : Promise.all([turn, ended]).then(() => undefined);
    await ended;
    this.#leave(key, line);
  }

  /** To be told of each entry that is on record as parked, before its delivery ends. */
  parked({ key, sequence }: Parked): void {
    if (key !== undefined) this.#parkedSince?.set(key, sequence); // 3
  }

  async #recordHeld({ key, sequence }: Entry, behind: Sequence): Promise<void> {
    const { clock, settlement } = this.#surroundings;
    const line = this.#enter(key, behind);
    try {
      const count = { attempts: 0, attemptsCounted: 0 };
      await settlement.record({ state: 'held', sequence, key, behind, ...count, at: clock.now() });
    } finally {
      this.#leave(key, line);
    }
  }

  /** The head of the entry's key, if that is busy for it (4). */
  #behind({ key, sequence }: Entry): Sequence | undefined {
    const known = this.#lines.get(key)?.head ?? this.#parkedSince?.get(key);
    if (known !== undefined) return known;
    const open = this.#openOnRecord.get(key);
    return open !== undefined && open < sequence ? open : undefined;
  }

  #enter(key: string, head: Sequence): Line {
    const line = this.#lines.get(key) ?? { head, size: 0, turns: undefined };
    this.#lines.set(key, line);
    line.size += 1;
    return line;
  }

  #leave(key: string, line: Line): void {
    line.size -= 1;
    if (line.size === 0) this.#lines.delete(key);
  }
}
