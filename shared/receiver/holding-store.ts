import type Database from 'better-sqlite3';

import type { Holding } from './types.js';

/**
 * Counts what the inbox holds: a migration of every service that receives, anywhere after `inboxMigration`.
 *
 * Triggers keep the counts, inside the transaction that adds an event, and nothing that was received can be changed or
 * removed: so they cannot drift, and asking for them reads one row and both ends of an index.
 */
export const holdingMigration = `
  CREATE TABLE holding (
    only_row  INTEGER PRIMARY KEY CHECK (only_row = 1),
    purchases INTEGER NOT NULL,
    sequences INTEGER NOT NULL -- different ones
  ) STRICT;
  INSERT INTO holding SELECT 1, count(*), count(DISTINCT sequence) FROM inbox;

  CREATE TRIGGER count_received AFTER INSERT ON inbox
    BEGIN
      UPDATE holding SET
        purchases = purchases + 1,
        sequences = sequences + NOT EXISTS (SELECT 1 FROM inbox WHERE sequence = new.sequence AND id <> new.id);
    END;
  CREATE TRIGGER keep_received BEFORE DELETE ON inbox
    BEGIN SELECT raise(ABORT, 'what was received stays on record'); END;
  CREATE TRIGGER fix_received BEFORE UPDATE ON inbox
    BEGIN SELECT raise(ABORT, 'what was received stays on record'); END;
`;

interface HoldingRow {
  readonly purchases: number;
  readonly sequences: number;
  readonly lowest: number | null;
  readonly highest: number | null;
}

/** What is held, and what not. */
export class HoldingStore {
  readonly #holding: Database.Statement<[], HoldingRow>;
  readonly #sequences: Database.Statement<[after: number, limit: number], number>;

  constructor(database: Database.Database) {
    this.#holding = database.prepare(`
      SELECT purchases, sequences,
             (SELECT sequence FROM inbox WHERE sequence > 0 ORDER BY sequence LIMIT 1) AS lowest,
             (SELECT sequence FROM inbox WHERE sequence > 0 ORDER BY sequence DESC LIMIT 1) AS highest
      FROM holding
    `);
    this.#sequences = database
      .prepare<[number, number], number>('SELECT sequence FROM inbox WHERE sequence > ? ORDER BY sequence LIMIT ?')
      .pluck();
  }

  holding(): Holding {
    const row = this.#holding.get();
    if (!row) throw new Error('the inbox has lost its counts');
    const { purchases, sequences } = row;
    const highest = row.highest ?? 0;
    return { purchases, lowest: row.lowest ?? 0, highest, missing: highest - sequences };
  }

  /** Sequences after one, in order, at most `limit`; one that several purchases share may stand there several times. */
  sequencesAfter(after: number, limit: number): number[] {
    return this.#sequences.all(after, limit);
  }
}
