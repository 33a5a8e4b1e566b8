import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

import type Database from 'better-sqlite3';

import { openDatabaseReadonly } from '../../sqlite/index.js';
import type { LogExpectation, LogIdentity, Sequence } from '../../wal/index.js';
import { databaseName } from './layout.js';

interface LogStateRow {
  readonly identity: LogIdentity | null;
  readonly durable: Sequence;
  readonly lowWaterMark: Sequence;
}

/** What a checkout's database knows of its log, for tools that look at both. It may be read beside the checkout. */
export class LogRecordStore {
  readonly path: string;
  /** Files that SQLite makes for any reader, and a reader may not remove: those that were not there before. */
  readonly #leftovers: readonly string[];
  readonly #database: Database.Database;
  readonly #logState;
  readonly #record;

  /**
   * The database in a checkout's data directory; undefined if there is none. With `alone`, the caller holds the log's lock, so that
   * no checkout can come: then `close` leaves the directory as it was.
   *
   * @throws SQLite's error if it cannot be read
   */
  static open(dataDirectory: string, { alone = false } = {}): LogRecordStore | undefined {
    const path = join(dataDirectory, databaseName);
    if (!existsSync(path)) return undefined;
    const made = ['-wal', '-shm'].map((ending) => path + ending);
    const leftovers = alone && !made.some((each) => existsSync(each)) ? made : [];
    const database = openDatabaseReadonly(path);
    try {
      return new LogRecordStore(path, database, leftovers);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  private constructor(path: string, database: Database.Database, leftovers: readonly string[]) {
    this.path = path;
    this.#leftovers = leftovers;
    this.#database = database;
    this.#logState = database.prepare<[], LogStateRow>(
      'SELECT identity, projected AS durable, low_water_mark AS lowWaterMark FROM log_state',
    );
    this.#record = database.prepare<[number], string>('SELECT record FROM purchases WHERE sequence = ?').pluck();
  }

  /** As of now. */
  logState(): LogExpectation {
    const row = this.#logState.get();
    if (!row) throw new Error(`${this.path} has lost the row of its log`);
    return { ...row, identity: row.identity ?? undefined };
  }

  /** The payload of an entry, byte for byte as the log held it; undefined if the database does not have it. */
  payloadOf(sequence: Sequence): Buffer | undefined {
    const record = this.#record.get(sequence);
    return record === undefined ? undefined : Buffer.from(record);
  }

  close(): void {
    this.#database.close();
    const [journal] = this.#leftovers;
    // A journal with anything in it is nobody's leftover.
    if (journal !== undefined && (statSync(journal, { throwIfNoEntry: false })?.size ?? 0) > 0) return;
    for (const path of this.#leftovers) rmSync(path, { force: true });
  }
}
