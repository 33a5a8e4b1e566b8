import type Database from 'better-sqlite3';

import type { Outcome, Retrying } from '../../outbox/types.js';

/**
 * The worker's statement that opens again what is final: only where a person asked for it, and only what is confirmed. Its calls run
 * inside the caller's transaction.
 *
 * The cursor and the mark stay where they are. The row has no key since it was confirmed, and gets none: the entries of its key that
 * waited for it have been let go.
 */
export class RedeliveryStore {
  readonly #reopen;

  constructor(database: Database.Database) {
    this.#reopen = database.prepare<
      [
        attemptsCounted: number,
        at: number,
        nextAttemptAt: number,
        detail: string,
        destination: number,
        sequence: number,
      ]
    >(
      `UPDATE deliveries SET (state, attempts_counted, at, next_attempt_at, detail) = ('retrying', ?, ?, ?, ?)
       WHERE destination = ? AND sequence = ? AND state = 'confirmed'`,
    );
  }

  /** Returns whether it was confirmed, and so is open now. */
  reopen(destination: number, { sequence, attemptsCounted, at, nextAttemptAt, error }: Retrying): boolean {
    return this.#reopen.run(attemptsCounted, at, nextAttemptAt, error, destination, sequence).changes > 0;
  }
}

/** Whether a person has the entry delivered again. */
export function isRedelivery(outcome: Outcome): outcome is Retrying {
  return outcome.state === 'retrying' && outcome.asked?.what === 'redeliver';
}
