import type Database from 'better-sqlite3';

import type { Outcome, OutcomeState, Retrying, Sequence } from '../../outbox/types.js';

interface KeyedRow {
  readonly sequence: Sequence;
  readonly state: OutcomeState;
  readonly key: string | null;
}

const none = 0 as Sequence;

/**
 * The worker's statements on entries that are held behind others of their key. Calls run inside the caller's transaction.
 *
 * Works from rows alone, whatever order a lane keeps now: one whose order was turned off still lets go what it had held.
 */
export class HeldStore {
  readonly #first;
  readonly #at;
  readonly #lowestOpen;

  constructor(database: Database.Database) {
    this.#first = database
      .prepare<[number], Sequence>(
        `SELECT sequence FROM deliveries WHERE destination = ? AND state = 'held' ORDER BY sequence LIMIT 1`,
      )
      .pluck();
    this.#at = database.prepare<[number, number], KeyedRow>(
      'SELECT sequence, state, key FROM deliveries WHERE destination = ? AND sequence = ?',
    );
    this.#lowestOpen = database.prepare<[number, string, number], KeyedRow>(
      `SELECT sequence, state, key FROM deliveries INDEXED BY deliveries_by_key
       WHERE destination = ? AND key = ? AND sequence <> ? ORDER BY sequence LIMIT 1`,
    );
  }

  first(destination: number): Sequence | undefined {
    return this.#first.get(destination);
  }

  lowestOpen(destination: number, key: string): Sequence | undefined {
    return this.#lowestOpen.get(destination, key, none)?.sequence;
  }

  /** Whether an entry is held that nothing but this one holds. */
  wouldRelease(destination: number, sequence: Sequence): boolean {
    const key = this.#at.get(destination, sequence)?.key ?? undefined;
    return key !== undefined && this.#lowestOpen.get(destination, key, sequence)?.state === 'held';
  }

  /**
   * The key whose next entry may go once this outcome is on record; to be asked before it is. An entry that was itself held was
   * never next, so its end frees nobody: one before it is still open, perhaps without anything on record. One without a key has been
   * final: it holds back nobody, though a person has it delivered again.
   */
  keyFreedBy(destination: number, outcome: Outcome): string | undefined {
    if (outcome.state === 'held') {
      return this.#at.get(destination, outcome.behind)?.key === null ? outcome.key : undefined;
    }
    if (!isFinal(outcome.state)) return undefined;
    const before = this.#at.get(destination, outcome.sequence);
    if (before === undefined) return outcome.key;
    return before.state === 'held' ? undefined : (before.key ?? undefined);
  }

  /** The lowest open entry of a key, if it is held, as one that is to be tried now; that is not on record yet. */
  next(destination: number, key: string, { at }: Pick<Outcome, 'at'>): Retrying | undefined {
    const lowest = this.#lowestOpen.get(destination, key, none);
    if (lowest?.state !== 'held') return undefined;
    const { sequence } = lowest;
    return { state: 'retrying', sequence, attempts: 0, attemptsCounted: 0, at, key, nextAttemptAt: at, error: '' };
  }
}

export function isFinal(state: OutcomeState): boolean {
  return state === 'confirmed' || state === 'discarded';
}
