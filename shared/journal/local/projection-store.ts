import type Database from 'better-sqlite3';

import { decodeRecord, purchaseEvent } from '../../purchase/index.js';
import type { Entry, Sequence } from '../../outbox/types.js';
import { sqliteErrorCode } from '../../sqlite/index.js';
import type { LogEntry, LogIdentity } from '../../wal/index.js';
import { JournalUnusableError } from '../errors.js';
import { keyOf, keyText } from '../idempotency-keys.js';
import { IdempotencyKeyStore } from './idempotency-key-store.js';

/** What the database knows of the log. */
export interface LogState {
  /** Undefined: it never saw one. */
  readonly identity: LogIdentity | undefined;
  readonly projected: Sequence;
  readonly lowWaterMark: Sequence;
}

type LogStateRow = Omit<LogState, 'identity'> & { readonly identity: LogIdentity | null };

interface PurchaseRow {
  readonly sequence: Sequence;
  readonly record: string;
}

/** The worker's statements on purchases and on what is known of the log. Calls run inside the caller's transaction. */
export class ProjectionStore {
  readonly #logState;
  readonly #adopt;
  readonly #setProjected;
  readonly #raiseMark;
  readonly #first;
  readonly #insert;
  readonly #byId;
  readonly #keys: IdempotencyKeyStore;
  readonly #after;
  readonly #at;

  constructor(database: Database.Database) {
    this.#logState = database.prepare<[], LogStateRow>(
      'SELECT identity, projected, low_water_mark AS lowWaterMark FROM log_state',
    );
    this.#adopt = database.prepare<[string, number]>('UPDATE log_state SET identity = ?, projected = ?');
    this.#setProjected = database.prepare<[number]>('UPDATE log_state SET projected = ?');
    this.#raiseMark = database.prepare<[number]>('UPDATE log_state SET low_water_mark = max(low_water_mark, ?)');
    this.#first = database
      .prepare<[], Sequence>('SELECT sequence FROM purchases WHERE sequence > 0 ORDER BY sequence LIMIT 1')
      .pluck();
    this.#insert = database.prepare<[number, string, string | null, string]>(
      'INSERT INTO purchases (sequence, id, idempotency_key, record) VALUES (?, ?, ?, ?)',
    );
    this.#byId = database.prepare<[string], Sequence>('SELECT sequence FROM purchases WHERE id = ?').pluck();
    this.#keys = new IdempotencyKeyStore(database);
    this.#after = database.prepare<[number, number], PurchaseRow>(
      'SELECT sequence, record FROM purchases WHERE sequence > ? ORDER BY sequence LIMIT ?',
    );
    this.#at = database.prepare<[number], PurchaseRow>('SELECT sequence, record FROM purchases WHERE sequence = ?');
  }

  logState(): LogState {
    const row = this.#logState.get();
    if (!row) throw new Error('the database has lost the row of its log');
    return { ...row, identity: row.identity ?? undefined };
  }

  /** Takes a log that begins with entry `first`, for a database that knows of none. */
  adopt(identity: LogIdentity, first: Sequence): void {
    this.#adopt.run(identity, first - 1);
  }

  /** Entries up to here have been projected and are not held: the database that held them was lost. 0: none. */
  unknownBefore(): Sequence {
    return ((this.#first.get() ?? this.logState().projected + 1) - 1) as Sequence;
  }

  setProjected(projected: Sequence): void {
    this.#setProjected.run(projected);
  }

  /** The mark never falls. */
  raiseMark(mark: Sequence): void {
    this.#raiseMark.run(mark);
  }

  /**
   * Takes an entry of the log, and its key from an earlier one for which that has expired.
   *
   * @throws JournalUnusableError when it cannot stand beside what is there: nothing is ever overwritten or left out
   */
  insert(entry: LogEntry): void {
    const { sequence, payload } = entry;
    const text = payload.toString();
    const record = decodeRecord(text);
    const { purchase } = record;
    const named = keyOf(record);
    const key = named ? keyText(named) : null;
    try {
      this.#insert.run(sequence, purchase.id, key, text);
    } catch (cause) {
      if (!isConflict(cause)) throw cause;
      if (key !== null && this.#keys.handOn(key, sequence, record)) {
        // Nobody has the key now; if something else is in the way as well, that is said.
        this.insert(entry);
        return;
      }
      const message = `entry ${sequence} of the log, purchase ${purchase.id}, ${this.#conflict(sequence, purchase.id, key)}`;
      throw new JournalUnusableError('unusable', `${message}: the database holds purchases of another history`, {
        cause,
      });
    }
  }

  /** What else has the place, the id or the key; the key itself is the customer's, and not told. */
  #conflict(sequence: Sequence, id: string, key: string | null): string {
    const byId = this.#byId.get(id);
    if (byId !== undefined) return `is on record as entry ${byId} already`;
    const byKey = key === null ? undefined : this.#keys.holder(key);
    if (byKey !== undefined) return `has the idempotency key of entry ${byKey}`;
    return `is not the one that is on record in its place, ${this.entryAt(sequence)?.id ?? 'which is none'}`;
  }

  /** The first entry after `after` whose customer was told that this destination gets it. Reads on until it finds one. */
  firstPromisedTo(destination: string, after: Sequence): Sequence | undefined {
    for (const { sequence, record } of this.#after.iterate(after, -1)) {
      if (decodeRecord(record).destinations.includes(destination)) return sequence;
    }
    return undefined;
  }

  /** The record of an entry, as the log held it. */
  recordAt(sequence: Sequence): string | undefined {
    return this.#at.get(sequence)?.record;
  }

  entriesAfter(after: Sequence, limit: number): Entry[] {
    return this.#after.all(after, limit).map(toEntry);
  }

  entryAt(sequence: Sequence): Entry | undefined {
    const row = this.#at.get(sequence);
    return row && toEntry(row);
  }
}

function isConflict(error: unknown): boolean {
  return sqliteErrorCode(error)?.startsWith('SQLITE_CONSTRAINT') ?? false;
}

function toEntry({ sequence, record }: PurchaseRow): Entry {
  const { purchase, trace } = decodeRecord(record);
  const body = Buffer.from(JSON.stringify(purchaseEvent(sequence, purchase)));
  return { sequence, id: purchase.id, key: purchase.customerId, body, ...(trace && { trace }) };
}
