import type Database from 'better-sqlite3';

import { decodeRecord, purchaseEvent } from '../../purchase/index.js';
import type { Entry, Sequence } from '../../outbox/types.js';
import type { LogEntry, LogExpectation, LogIdentity } from '../../wal/index.js';

interface LogStateRow {
  readonly identity: LogIdentity | null;
  readonly projected: Sequence;
  readonly lowWaterMark: Sequence;
}

interface PurchaseRow {
  readonly sequence: Sequence;
  readonly record: string;
}

/** The worker's statements on purchases and on what is known of the log. Calls run inside the caller's transaction. */
export class ProjectionStore {
  readonly #logState;
  readonly #setIdentity;
  readonly #setProjected;
  readonly #raiseMark;
  readonly #insert;
  readonly #after;
  readonly #at;

  constructor(database: Database.Database) {
    this.#logState = database.prepare<[], LogStateRow>(
      'SELECT identity, projected, low_water_mark AS lowWaterMark FROM log_state',
    );
    this.#setIdentity = database.prepare<[string]>('UPDATE log_state SET identity = ?');
    this.#setProjected = database.prepare<[number]>('UPDATE log_state SET projected = ?');
    this.#raiseMark = database.prepare<[number]>('UPDATE log_state SET low_water_mark = max(low_water_mark, ?)');
    this.#insert = database.prepare<[number, string, string | null, string]>(
      'INSERT INTO purchases (sequence, id, idempotency_key, record) VALUES (?, ?, ?, ?)',
    );
    this.#after = database.prepare<[number, number], PurchaseRow>(
      'SELECT sequence, record FROM purchases WHERE sequence > ? ORDER BY sequence LIMIT ?',
    );
    this.#at = database.prepare<[number], PurchaseRow>('SELECT sequence, record FROM purchases WHERE sequence = ?');
  }

  logState(): LogExpectation {
    const row = this.#logState.get();
    if (!row) throw new Error('the database has lost the row of its log');
    const { identity, projected, lowWaterMark } = row;
    return { identity: identity ?? undefined, durable: projected, lowWaterMark };
  }

  setIdentity(identity: LogIdentity): void {
    this.#setIdentity.run(identity);
  }

  setProjected(projected: Sequence): void {
    this.#setProjected.run(projected);
  }

  /** The mark never falls. */
  raiseMark(mark: Sequence): void {
    this.#raiseMark.run(mark);
  }

  insert({ sequence, payload }: LogEntry): void {
    const text = payload.toString();
    const { purchase, idempotency } = decodeRecord(text);
    this.#insert.run(sequence, purchase.id, idempotency?.key ?? null, text);
  }

  entriesAfter(after: Sequence, limit: number): Entry[] {
    return this.#after.all(after, limit).map(toEntry);
  }

  entryAt(sequence: Sequence): Entry | undefined {
    const row = this.#at.get(sequence);
    return row && toEntry(row);
  }
}

function toEntry({ sequence, record }: PurchaseRow): Entry {
  const { purchase } = decodeRecord(record);
  return { sequence, id: purchase.id, body: Buffer.from(JSON.stringify(purchaseEvent(sequence, purchase))) };
}
