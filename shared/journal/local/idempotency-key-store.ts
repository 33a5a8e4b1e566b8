import type Database from 'better-sqlite3';

import { decodeRecord, type PurchaseRecord } from '../../purchase/index.js';
import type { EpochMs, Sequence } from '../../outbox/types.js';
import { acceptedAtOf, isKeyFree } from '../idempotency-keys.js';

interface HolderRow {
  readonly sequence: Sequence;
  readonly record: string;
}

interface KeyedRow {
  readonly sequence: Sequence;
  /** Null where there is no key. */
  readonly record: string | null;
}

/**
 * By how much a clock may be set back and find the keys still there. It makes up, too, for requests that took their time just
 * before one that is on record already.
 */
const setBackMsMax = 3_600_000;

/**
 * The worker's statements on idempotency keys: the column of `purchases` by which they are found. The records keep theirs. Calls
 * run inside the caller's transaction.
 */
export class IdempotencyKeyStore {
  readonly #holder;
  readonly #letGo;
  readonly #newest;
  readonly #next;
  readonly #setReached;

  constructor(database: Database.Database) {
    this.#holder = database.prepare<[string], HolderRow>(
      'SELECT sequence, record FROM purchases WHERE idempotency_key = ?',
    );
    this.#letGo = database.prepare<[number]>('UPDATE purchases SET idempotency_key = NULL WHERE sequence = ?');
    this.#newest = database
      .prepare<[], string>('SELECT record FROM purchases WHERE sequence > 0 ORDER BY sequence DESC LIMIT 1')
      .pluck();
    this.#next = database.prepare<[number, number], KeyedRow>(
      `SELECT sequence, CASE WHEN idempotency_key IS NOT NULL THEN record END AS record FROM purchases
       WHERE sequence > (SELECT keys_let_go FROM log_state) AND sequence < ? ORDER BY sequence LIMIT ?`,
    );
    this.#setReached = database.prepare<[number]>('UPDATE log_state SET keys_let_go = ?');
  }

  /** The entry that a key stands for. */
  holder(key: string): Sequence | undefined {
    return this.#holder.get(key)?.sequence;
  }

  /** Takes a key from an earlier entry, if it is free for this one. Returns whether it did. */
  handOn(key: string, sequence: Sequence, record: PurchaseRecord): boolean {
    const holder = this.#holder.get(key);
    if (!holder || holder.sequence >= sequence) return false;
    if (!isKeyFree(decodeRecord(holder.record), acceptedAtOf(record))) return false;
    this.#letGo.run(holder.sequence);
    return true;
  }

  /** Whether `letGo` would get any further. */
  canLetGo(end: Sequence): boolean {
    return this.#expired(end, 1).length > 0;
  }

  /**
   * Lets go of keys that have expired, going on where it was left: of at most `limit` purchases before `end`, up to the first
   * whose key is still kept. What has none, or one that never expires, is passed. Returns whether it went all of the way, so
   * that there may be more.
   */
  letGo(end: Sequence, limit: number): boolean {
    const expired = this.#expired(end, limit);
    for (const { sequence, record } of expired) {
      if (record !== null && hasExpiry(decodeRecord(record))) this.#letGo.run(sequence);
    }
    const last = expired.at(-1);
    if (last) this.#setReached.run(last.sequence);
    return expired.length === limit;
  }

  /** The time is that of the newest purchase: whatever the machine's clock says now, somebody sold then. */
  #expired(end: Sequence, limit: number): KeyedRow[] {
    const newest = this.#newest.get();
    if (newest === undefined) return [];
    const at = (acceptedAtOf(decodeRecord(newest)) - setBackMsMax) as EpochMs;
    const rows = this.#next.all(end, limit);
    const kept = rows.findIndex(({ record }) => record !== null && isKept(decodeRecord(record), at));
    return kept < 0 ? rows : rows.slice(0, kept);
  }
}

function hasExpiry({ idempotency }: PurchaseRecord): boolean {
  return idempotency?.expiresAt !== undefined;
}

function isKept(record: PurchaseRecord, at: EpochMs): boolean {
  return hasExpiry(record) && !isKeyFree(record, at);
}
