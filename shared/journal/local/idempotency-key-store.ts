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
/** Longer than any key is to be kept. */
const keptMsMax = 400 * 24 * 3_600_000;

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
    return this.#passed(end, 1).length > 0;
  }

  /**
   * Lets go of keys that have expired, going on where it was left: of at most `limit` purchases before `end`, up to the first
   * whose key has yet to expire. What has none, or one that stays, is passed. Returns whether it went all of the way, so that
   * there may be more.
   */
  letGo(end: Sequence, limit: number): boolean {
    const passed = this.#passed(end, limit);
    for (const { sequence, fate } of passed) if (fate === 'goes') this.#letGo.run(sequence);
    const last = passed.at(-1);
    if (last) this.#setReached.run(last.sequence);
    return passed.length === limit;
  }

  #passed(end: Sequence, limit: number): { sequence: Sequence; fate: Fate }[] {
    const newest = this.#newest.get();
    if (newest === undefined) return [];
    // Whatever the machine's clock says now, somebody bought then.
    const at = (acceptedAtOf(decodeRecord(newest)) - setBackMsMax) as EpochMs;
    const rows = this.#next.all(end, limit).map(({ sequence, record }) => ({ sequence, fate: fateOf(record, at) }));
    const waiting = rows.findIndex(({ fate }) => fate === 'waits');
    return waiting < 0 ? rows : rows.slice(0, waiting);
  }
}

/** `stays`: for ever, as far as can be told. */
type Fate = 'goes' | 'waits' | 'stays';

function fateOf(text: string | null, at: EpochMs): Fate {
  const record = text === null ? undefined : decodeRecord(text);
  const expiresAt = record?.idempotency?.expiresAt;
  if (!record || expiresAt === undefined) return 'stays';
  if (isKeyFree(record, at)) return 'goes';
  // Where a clock was far ahead, or it cannot be read: all keys behind it would wait as long.
  return Date.parse(expiresAt) - at <= keptMsMax ? 'waits' : 'stays';
}
