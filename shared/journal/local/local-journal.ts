/*
 * The appending half of the local engine: writes purchases to the log, and answers what is asked of them.
 *
 * Owns the log's writer, the purchases not yet projected, and a connection that reads the database. Does not own the database:
 * the other half is its only writer.
 *
 * 1. A purchase is found from the moment its append resolves: among the recent until it is projected, then in the database.
 * 2. A key stands for one purchase: it is looked up and entered among the recent in one turn of the event loop.
 */
import type Database from 'better-sqlite3';

import { encodeRecord, type PurchaseRecord } from '../../purchase/index.js';
import { AppendOutcomeUnknownError, AppendRefusedError, type Log } from '../../wal/index.js';
import { PurchaseOutcomeUnknownError, PurchaseRefusedError } from '../errors.js';
import type {
  AppendResult,
  DeliveryQuery,
  DeliveryRecord,
  EpochMs,
  Journal,
  JournalHealth,
  JournalProgress,
  JournalRecovery,
  Sequence,
  StoredPurchase,
} from '../types.js';
import type { LookupStore } from './lookup-store.js';
import type { RecentPurchases } from './recent-purchases.js';

export interface LocalJournalParts {
  readonly log: Log;
  readonly database: Database.Database;
  readonly lookups: LookupStore;
  readonly recent: RecentPurchases;
  readonly recovery: JournalRecovery;
  readonly failed: Promise<never>;
  /** Called at the end of close. */
  readonly onClosed: () => void;
}

export class LocalJournal implements Journal {
  readonly recovery: JournalRecovery;
  readonly failed: Promise<never>;
  readonly #log: Log;
  readonly #database: Database.Database;
  readonly #lookups: LookupStore;
  readonly #recent: RecentPurchases;
  readonly #onClosed: () => void;
  #health: JournalHealth = { ok: true };
  #closing: Promise<void> | undefined;

  constructor(parts: LocalJournalParts) {
    this.#log = parts.log;
    this.#database = parts.database;
    this.#lookups = parts.lookups;
    this.#recent = parts.recent;
    this.#onClosed = parts.onClosed;
    this.recovery = parts.recovery;
    this.failed = parts.failed;
    this.failed.catch((error: unknown) => {
      this.#health = { ok: false, reason: error instanceof Error ? error.message : String(error) };
    });
  }

  async append(record: PurchaseRecord): Promise<AppendResult> {
    const key = record.idempotency?.key;
    const existing = key === undefined ? undefined : (this.#recent.findByKey(key) ?? this.#lookups.byKey(key));
    if (existing) return { status: 'duplicate', existing: await rethrowing(Promise.resolve(existing)) };
    if (this.#recent.full) {
      throw new PurchaseRefusedError('overloaded', 'too many purchases wait to be taken over from the log');
    }
    // No await between the look-up and here: invariant 2.
    const appended = this.#log.append(encodeRecord(record));
    this.#recent.add(record, appended);
    return { status: 'appended', sequence: await rethrowing(appended) };
  }

  find(id: string): Promise<StoredPurchase | undefined> {
    return Promise.resolve(this.#recent.find(id) ?? this.#lookups.byId(id));
  }

  async findByKey(key: string): Promise<StoredPurchase | undefined> {
    return this.#recent.findByKey(key) ?? this.#lookups.byKey(key);
  }

  purchases(after: Sequence, limit: number): Promise<StoredPurchase[]> {
    const purchases = this.#lookups.purchasesAfter(after, limit);
    for (const purchase of this.#recent.after(purchases.at(-1)?.sequence ?? after)) {
      if (purchases.length >= limit) break;
      purchases.push(purchase);
    }
    return Promise.resolve(purchases);
  }

  deliveriesOf(sequence: Sequence): Promise<DeliveryRecord[]> {
    return Promise.resolve(this.#lookups.deliveriesOf(sequence));
  }

  deliveries(query: DeliveryQuery): Promise<DeliveryRecord[]> {
    return Promise.resolve(this.#lookups.deliveries(query));
  }

  progress(): Promise<JournalProgress> {
    const { firstSequence, durableSequence, segments, bytes } = this.#log.stats();
    const destinations = [...this.#lookups.destinations(durableSequence)].map(([name, status]) => {
      const { firstPending, ...rest } = status;
      return [name, { ...rest, oldestPendingAt: rest.pending > 0 ? this.#acceptedAt(firstPending) : undefined }];
    });
    return Promise.resolve({
      log: { firstSequence, durableSequence, lowWaterMark: this.#lookups.lowWaterMark(), segments, bytes },
      destinations: Object.fromEntries(destinations) as JournalProgress['destinations'],
    });
  }

  health(): JournalHealth {
    return this.#health;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#log.close();
    this.#database.close();
    this.#onClosed();
  }

  #acceptedAt(sequence: Sequence): EpochMs | undefined {
    const before = (sequence - 1) as Sequence;
    const [purchase] = [...this.#lookups.purchasesAfter(before, 1), ...this.#recent.after(before)];
    return purchase && (Date.parse(purchase.record.purchase.acceptedAt) as EpochMs);
  }
}

/** The log's errors in the journal's words. */
async function rethrowing<T>(promise: Promise<T>): Promise<T> {
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
