/*
 * The appending half of the local engine: writes purchases to the log, and answers what is asked of them.
 *
 * Owns the log's writer, the purchases not yet projected, and two connections that read the database. Does not own the database:
 * the other half is its only writer.
 *
 * 1. A purchase is found from the moment its append resolves: among the recent until it is projected, then in the database.
 * 2. A key stands for one purchase: it is looked up and entered among the recent in one turn of the event loop. The last that took
 *    it counts, and those among the recent are later than those in the database.
 */
import type Database from 'better-sqlite3';

import { encodeRecord, type PurchaseRecord } from '../../purchase/index.js';
import { databaseFigures } from '../../sqlite/index.js';
import { AppendOutcomeUnknownError, AppendRefusedError, type Log } from '../../wal/index.js';
import { JournalFailedError, PurchaseOutcomeUnknownError, PurchaseRefusedError, type RefusedCode } from '../errors.js';
import { acceptedAtOf, isKeyFree, keyOf } from '../idempotency-keys.js';
import type { JournalFigures, JournalObserver } from '../figures.js';
import type {
  AppendResult,
  BacklogStatus,
  DecisionQuery,
  DecisionRecord,
  DeliveryQuery,
  DeliveryRecord,
  DiskStatus,
  EpochMs,
  IdempotencyKey,
  Journal,
  JournalHealth,
  JournalProgress,
  JournalRecovery,
  Sequence,
  StoredPurchase,
} from '../types.js';
import { answer } from './answer.js';
import type { BacklogWatch } from './backlog-watch.js';
import type { DiskWatch } from './disk-watch.js';
import type { KeyLookup } from './key-lookup.js';
import type { RecentPurchases } from './recent-purchases.js';
import type { Lookups } from './watched-lookups.js';

export interface LocalJournalParts {
  readonly log: Log;
  readonly database: Database.Database;
  readonly keys: KeyLookup;
  readonly lookups: Lookups;
  readonly recent: RecentPurchases;
  readonly disk: DiskWatch;
  /** Undefined where nothing bounds it. */
  readonly backlog: BacklogWatch | undefined;
  readonly recovery: JournalRecovery;
  readonly failed: Promise<never>;
  readonly observer: JournalObserver | undefined;
  /** Called at the end of close. */
  readonly onClosed: () => void;
}

const refusingDetail = {
  'disk-full': 'The disk is full: purchases are refused until there is space.',
  'disk-reserve': 'The disk has less space left than is kept free: purchases are refused until there is more.',
  backlog: 'Destinations have more to confirm than may wait: purchases are refused until they have taken some of it.',
};
const refusedMessage = {
  'disk-full': 'the disk is full',
  'disk-reserve': 'the disk has no more space than is kept free',
  backlog: 'destinations have more to confirm than may wait',
};
type PassingCode = keyof typeof refusingDetail;

export class LocalJournal implements Journal {
  readonly recovery: JournalRecovery;
  readonly owedTo: readonly string[];
  readonly failed: Promise<never>;
  readonly #log: Log;
  readonly #database: Database.Database;
  readonly #keys: KeyLookup;
  readonly #lookups: Lookups;
  readonly #recent: RecentPurchases;
  readonly #disk: DiskWatch;
  readonly #backlog: BacklogWatch | undefined;
  readonly #observer: JournalObserver | undefined;
  readonly #onClosed: () => void;
  /** No id sorts behind it, of what is stored and of what is being appended. Looked up for the first append. */
  #highestId: string | undefined;
  #health: JournalHealth = { ok: true };
  #closing: Promise<void> | undefined;

  constructor(parts: LocalJournalParts) {
    this.#log = parts.log;
    this.#database = parts.database;
    this.#keys = parts.keys;
    this.#lookups = parts.lookups;
    this.#recent = parts.recent;
    this.#disk = parts.disk;
    this.#backlog = parts.backlog;
    this.#observer = parts.observer;
    this.#onClosed = parts.onClosed;
    this.recovery = parts.recovery;
    this.owedTo = parts.lookups.owed();
    this.failed = parts.failed;
    this.failed.catch((error: unknown) => {
      const reason = error instanceof JournalFailedError ? error.code : 'failed';
      this.#health = { ok: false, reason, detail: error instanceof Error ? error.message : String(error) };
    });
  }

  async append(record: PurchaseRecord): Promise<AppendResult> {
    if (this.#closing) throw new PurchaseRefusedError('closed', 'the journal is closed');
    const { purchase } = record;
    const key = keyOf(record);
    const existing = key && this.#underKey(key, acceptedAtOf(record));
    if (existing) return { status: 'duplicate', existing: await existing };
    if (this.#recent.full) {
      throw new PurchaseRefusedError('overloaded', 'too many purchases wait to be taken over from the log');
    }
    if (this.#isKnown(purchase.id)) {
      // The database could not hold it, and nothing behind it would ever be delivered.
      throw new Error(`there is a purchase ${purchase.id} already`);
    }
    const payload = encodeRecord(record);
    const noRoom = this.#take(payload.length);
    if (noRoom) throw new PurchaseRefusedError(noRoom, refusedMessage[noRoom]);
    const startedAt = this.#observer && performance.now();
    // No await between the look-up and here: invariant 2.
    const appended = this.#log.append(payload);
    this.#recent.add(record, appended, payload.length);
    appended.catch((error: unknown) => {
      if (error instanceof AppendRefusedError && error.code === 'disk-full') this.#disk.refused();
    });
    const sequence = await inJournalWords(appended);
    if (startedAt !== undefined) this.#observer?.appended(performance.now() - startedAt);
    return { status: 'appended', sequence };
  }

  find(id: string): Promise<StoredPurchase | undefined> {
    return answer(() => this.#recent.find(id) ?? this.#lookups.byId(id));
  }

  findByKey(key: IdempotencyKey, at: EpochMs): Promise<StoredPurchase | undefined> {
    return answer(() => this.#underKey(key, at));
  }

  purchases(after: Sequence, limit: number): Promise<StoredPurchase[]> {
    return answer(() => {
      const purchases = this.#lookups.purchasesAfter(after, limit);
      for (const purchase of this.#recent.after(purchases.at(-1)?.sequence ?? after)) {
        if (purchases.length >= limit) break;
        purchases.push(purchase);
      }
      return purchases;
    });
  }

  deliveriesOf(sequence: Sequence): Promise<DeliveryRecord[]> {
    return answer(() => this.#lookups.deliveriesOf(sequence));
  }

  deliveries(query: DeliveryQuery): Promise<DeliveryRecord[]> {
    return answer(() => this.#lookups.deliveries(query));
  }

  decisions(query: DecisionQuery): Promise<DecisionRecord[] | undefined> {
    return answer(() => this.#lookups.decisions(query));
  }

  progress(): Promise<JournalProgress> {
    return answer(() => {
      const { firstSequence, durableSequence, segments, bytes } = this.#log.stats();
      // Before the destinations: a mark at the end with something owed then means that, and not that it has moved meanwhile.
      const { lowWaterMark, ...mark } = this.#lookups.mark();
      const destinations = [...this.#lookups.destinations(durableSequence)].map(([name, status]) => {
        const { firstPending, ...rest } = status;
        return [name, { ...rest, oldestPendingAt: rest.pending > 0 ? this.#acceptedAt(firstPending) : undefined }];
      });
      return {
        log: {
          ...{ firstSequence, durableSequence, lowWaterMark, segments, bytes },
          backlogBytes: this.#log.bytesAfter(lowWaterMark),
        },
        mark,
        destinations: Object.fromEntries(destinations) as JournalProgress['destinations'],
      };
    });
  }

  disk(): DiskStatus {
    return this.#disk.status();
  }

  backlog(): BacklogStatus | undefined {
    return this.#backlog?.status();
  }

  refusing(): RefusedCode | undefined {
    if (this.#closing) return 'closed';
    if (!this.#health.ok) return 'failed';
    return this.#noRoom() ?? (this.#recent.full ? 'overloaded' : undefined);
  }

  figures(): JournalFigures {
    const { pendingEntries, pendingBytes, rolledSegments, prunedSegments } = this.#log.stats();
    // What opening found is in the database before the first append.
    const projectedSequence = Math.max(this.recovery.durableSequence, this.#recent.projectedSequence) as Sequence;
    return {
      ...{ pendingEntries, pendingBytes, rolledSegments, prunedSegments, projectedSequence },
      database: databaseFigures(this.#database),
    };
  }

  health(): JournalHealth {
    const reason = this.#health.ok ? this.#noRoom() : undefined;
    return reason ? { ok: false, reason, detail: refusingDetail[reason] } : this.#health;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      this.#backlog?.stop();
      await this.#disk.stop();
      await this.#log.close();
    } finally {
      this.#keys.close();
      this.#database.close();
      this.#onClosed();
    }
  }

  /**
   * Whether there is such a purchase. Ids are UUIDv7, so that a new one sorts behind all others, unless the clock was set back: only
   * then is it looked up, which took a twentieth of the API thread when it was done for each.
   */
  #isKnown(id: string): boolean {
    this.#highestId ??= this.#lookups.highestId() ?? '';
    if (id > this.#highestId) {
      this.#highestId = id;
      return false;
    }
    return this.#recent.has(id) || this.#lookups.byId(id) !== undefined;
  }

  /** Why nothing new is written now. */
  #noRoom(): PassingCode | undefined {
    const { state } = this.#disk;
    if (state !== 'room') return state === 'full' ? 'disk-full' : 'disk-reserve';
    return this.#backlog?.refusing ? 'backlog' : undefined;
  }

  /** Why so many bytes may not be written; undefined: they may, and are counted as taken. */
  #take(bytes: number): PassingCode | undefined {
    if (!this.#disk.take(bytes)) return this.#disk.state === 'full' ? 'disk-full' : 'disk-reserve';
    return this.#backlog?.take(bytes) === false ? 'backlog' : undefined;
  }

  /** The purchase that stands under a key, or is being written under it; undefined: the key is free for one accepted then. */
  #underKey(key: IdempotencyKey, acceptedAt: EpochMs): Promise<StoredPurchase> | StoredPurchase | undefined {
    const holder = this.#recent.recordUnderKey(key);
    if (holder) {
      if (isKeyFree(holder, acceptedAt)) return undefined;
      const recent = this.#recent.findByKey(key);
      return recent && inJournalWords(recent);
    }
    const stored = this.#lookups.byKey(key);
    return stored && isKeyFree(stored.record, acceptedAt) ? undefined : stored;
  }

  #acceptedAt(sequence: Sequence): EpochMs | undefined {
    const before = (sequence - 1) as Sequence;
    const purchase = this.#lookups.purchasesAfter(before, 1)[0] ?? firstOf(this.#recent.after(before));
    return purchase && acceptedAtOf(purchase.record);
  }
}

/** The log's errors in the journal's words. */
async function inJournalWords<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (cause) {
    if (cause instanceof AppendRefusedError) {
      const code = cause.code === 'log-failed' ? 'failed' : cause.code;
      throw new PurchaseRefusedError(code, cause.message, { cause });
    }
    if (cause instanceof AppendOutcomeUnknownError) {
      throw new PurchaseOutcomeUnknownError('outcome-unknown', cause.message, { cause });
    }
    throw cause;
  }
}

function firstOf<T>(each: Iterable<T>): T | undefined {
  for (const one of each) return one;
  return undefined;
}
