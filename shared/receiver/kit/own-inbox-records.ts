import type Database from 'better-sqlite3';

import type { IdentifiedEvent, InboxRecords } from './types.js';

/**
 * The kit's own table, made in the receiver's database if it is not there yet.
 *
 * Ids are UUIDs, which RFC 9562 lets people write in either case.
 */
const schema = `
  CREATE TABLE IF NOT EXISTS webhook_inbox (
    id          TEXT    NOT NULL COLLATE NOCASE PRIMARY KEY,
    fingerprint BLOB    NOT NULL,
    received_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID
`;

/** Records what was received in a table of its own, `webhook_inbox`. */
export class OwnInboxRecords implements InboxRecords<IdentifiedEvent> {
  readonly #find: Database.Statement<[string], Buffer>;
  readonly #insert: Database.Statement<[id: string, fingerprint: Buffer, now: number]>;

  constructor(database: Database.Database) {
    database.exec(schema);
    this.#find = database.prepare<[string], Buffer>('SELECT fingerprint FROM webhook_inbox WHERE id = ?').pluck();
    this.#insert = database.prepare('INSERT INTO webhook_inbox (id, fingerprint, received_at) VALUES (?, ?, ?)');
  }

  findFingerprint(id: string): Buffer | undefined {
    return this.#find.get(id);
  }

  insert(event: IdentifiedEvent, fingerprint: Buffer, now: number): void {
    this.#insert.run(event.data.id, fingerprint, now);
  }
}
