import type Database from 'better-sqlite3';

import { keyText } from '../idempotency-keys.js';
import type { IdempotencyKey, StoredPurchase } from '../types.js';
import { toPurchase, type PurchaseRow } from './purchase-row.js';

/**
 * Finds purchases by their keys, for each request that comes with one. Owns its connection.
 *
 * Look-ups of one turn of the event loop share a read transaction. Alone, each would lock the file and let go of it: two system calls.
 * A twentieth more purchases with keys were taken per second with a thousand in the database, and a twelfth more with five million.
 *
 * So what is committed after the first look-up of a turn is not seen by the others. Whoever forgets a purchase because the
 * database has it calls `renew` first.
 */
export class KeyLookup {
  readonly #database: Database.Database;
  readonly #byKey;
  readonly #begin;
  readonly #end;
  #endOfTurn: NodeJS.Immediate | undefined;

  constructor(database: Database.Database) {
    this.#database = database;
    this.#byKey = database.prepare<[string], PurchaseRow>(
      'SELECT sequence, record FROM purchases WHERE idempotency_key = ?',
    );
    this.#begin = database.prepare('BEGIN');
    this.#end = database.prepare('COMMIT');
  }

  /** The last that took the key, expired or not. */
  byKey(key: IdempotencyKey): StoredPurchase | undefined {
    if (!this.#endOfTurn) {
      this.#begin.run();
      this.#endOfTurn = setImmediate(() => {
        this.renew();
      });
    }
    return toPurchase(this.#byKey.get(keyText(key)));
  }

  /** What has been committed until now is seen by all that follow. */
  renew(): void {
    if (!this.#endOfTurn) return;
    clearImmediate(this.#endOfTurn);
    this.#endOfTurn = undefined;
    // An error may have ended it.
    if (this.#database.inTransaction) this.#end.run();
  }

  close(): void {
    clearImmediate(this.#endOfTurn);
    this.#database.close();
  }
}
