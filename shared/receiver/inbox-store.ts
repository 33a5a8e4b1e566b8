import type Database from 'better-sqlite3';

import type { PurchaseEvent } from '../purchase/index.js';

import type { InboxRecords } from './kit/index.js';
import type { AuditEntry } from './types.js';

/**
 * The inbox's schema: the first migration of every service that receives; its own tables may refer to `inbox (id)`.
 *
 * The sequence is deliberately not unique. One checkout never uses a number twice, but one that was rebuilt from nothing
 * starts at 1 again, and its purchases are real all the same: refusing them would lose them. Only the id tells a repeat.
 * Ids are UUIDs, which RFC 9562 lets people write in either case.
 */
export const inboxMigration = `
  CREATE TABLE inbox (
    id          TEXT    NOT NULL COLLATE NOCASE PRIMARY KEY,
    sequence    INTEGER NOT NULL,
    fingerprint BLOB    NOT NULL,
    total       INTEGER NOT NULL,
    currency    TEXT    NOT NULL,
    received_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX inbox_by_sequence ON inbox (sequence, id);
`;

type InsertRow = [id: string, sequence: number, fingerprint: Buffer, total: number, currency: string, now: number];

/** The events that were received, with what an audit asks of them. */
export class InboxStore implements InboxRecords<PurchaseEvent> {
  readonly #find: Database.Statement<[string], Buffer>;
  readonly #insert: Database.Statement<InsertRow>;
  readonly #audit: Database.Statement<{ after: number; limit: number }, AuditEntry>;

  constructor(database: Database.Database) {
    this.#find = database.prepare<[string], Buffer>('SELECT fingerprint FROM inbox WHERE id = ?').pluck();
    this.#insert = database.prepare(
      'INSERT INTO inbox (id, sequence, fingerprint, total, currency, received_at) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#audit = database.prepare(`
      SELECT sequence, id, total, currency FROM inbox
      WHERE sequence > :after AND sequence <= (
        SELECT max(sequence) FROM (SELECT sequence FROM inbox WHERE sequence > :after ORDER BY sequence LIMIT :limit)
      )
      ORDER BY sequence, id
    `);
  }

  findFingerprint(id: string): Buffer | undefined {
    return this.#find.get(id);
  }

  insert(event: PurchaseEvent, fingerprint: Buffer, now: number): void {
    const { id, sequence, total, currency } = event.data;
    this.#insert.run(id, sequence, fingerprint, total, currency, now);
  }

  /**
   * What was received after a sequence, ordered by sequence, then id. At most `limit` entries, except that a page never ends
   * between entries that share a sequence: who goes on from the last one misses none.
   */
  audit(after: number, limit: number): AuditEntry[] {
    return this.#audit.all({ after, limit });
  }
}
