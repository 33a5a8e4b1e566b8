import type Database from 'better-sqlite3';

import type { Decided, Sequence } from '../../outbox/types.js';
import type { DecisionKind } from '../types.js';

/** A decision about to take effect. */
export interface NewDecision extends Decided {
  readonly what: DecisionKind;
  readonly destination: string;
  /** Left out where it is about the destination itself. */
  readonly sequence?: Sequence;
  /** What had become of the delivery until then, in words. */
  readonly before?: string;
  /** Entries per second that were set along with it. */
  readonly ratePerSecond?: number;
}

/**
 * The worker's statement on what people decided. It runs inside the transaction in which the decision takes effect, so that
 * neither is ever there without the other. Decisions are never changed or removed.
 */
export class DecisionStore {
  readonly #record;

  constructor(database: Database.Database) {
    this.#record = database.prepare<
      [
        ...[at: number, what: DecisionKind, sequence: number | null],
        ...[why: string | null, before: string | null, rate: number | null, destination: string],
      ]
    >(
      `INSERT INTO decisions (at, what, destination, sequence, why, before, rate)
       SELECT ?, ?, number, ?, ?, ?, ? FROM destinations WHERE name = ?`,
    );
  }

  /** Call it only for what took effect. */
  record({ at, what, destination, sequence, why, before, ratePerSecond }: NewDecision): void {
    const { changes } = this.#record.run(
      ...([at, what, sequence ?? null, why ?? null, before ?? null, ratePerSecond ?? null, destination] as const),
    );
    if (changes === 0) throw new Error(`there is no destination ${destination} on record`);
  }
}
