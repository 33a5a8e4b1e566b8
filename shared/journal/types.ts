import type { EpochMs, OutcomeState, Sequence } from '../outbox/types.js';
import type { PurchaseRecord } from '../purchase/index.js';

export type { DeliveryJournal, EpochMs, Outcome, OutcomeState, Sequence } from '../outbox/types.js';

/** Where a purchase stands in the journal. */
export interface StoredPurchase {
  readonly sequence: Sequence;
  readonly record: PurchaseRecord;
}

/** Outcome of an append. */
export type AppendResult =
  /** Durable now. */
  | { readonly status: 'appended'; readonly sequence: Sequence }
  /** The idempotency key was there already, and is durable: this is the purchase it stands for. Nothing was written. */
  | { readonly status: 'duplicate'; readonly existing: StoredPurchase };

export type DeliveryState = 'pending' | OutcomeState;

/** What is on record of one purchase at one destination. */
export interface DeliveryRecord {
  readonly sequence: Sequence;
  readonly destination: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** When the state was reached; undefined while pending. */
  readonly at: EpochMs | undefined;
  /** Only while retrying. */
  readonly nextAttemptAt: EpochMs | undefined;
  /** Only while retrying or parked. */
  readonly lastError: string | undefined;
  /** Only when discarded. */
  readonly reason: string | undefined;
}

/** Which delivery records are asked for, in sequence. */
export interface DeliveryQuery {
  readonly state: DeliveryState | undefined;
  readonly destination: string | undefined;
  readonly after: Sequence;
  /** Of records; the records of one purchase are never torn apart, so that a page may hold a few more. */
  readonly limit: number;
}

export interface DestinationStatus {
  readonly cursor: Sequence;
  /** Every entry not yet confirmed or discarded. */
  readonly pending: number;
  readonly retrying: number;
  readonly parked: number;
  readonly paused: boolean;
  /** When the oldest pending purchase was accepted. */
  readonly oldestPendingAt: EpochMs | undefined;
}

/** What opening the journal found. */
export interface JournalRecovery {
  readonly durationMs: number;
  readonly segments: number;
  readonly firstSequence: Sequence;
  readonly durableSequence: Sequence;
  readonly lowWaterMark: Sequence;
  readonly tornBytes: number;
  readonly tornFile: string | undefined;
  /** Entries above the mark: those that are not confirmed everywhere. */
  readonly replayed: number;
  /**
   * Purchases up to this one cannot be looked up, nor can their keys: the database that held them was lost after they had been
   * pruned. 0: all are known. It stays so over restarts.
   */
  readonly unknownBefore: number;
  /**
   * Entries that had been pruned, so were confirmed everywhere, and are open again: the database is an older copy. How many more
   * it has forgotten, nobody can tell.
   */
  readonly outcomesForgotten: number;
}

export interface JournalProgress {
  readonly log: {
    readonly firstSequence: Sequence;
    readonly durableSequence: Sequence;
    readonly lowWaterMark: Sequence;
    readonly segments: number;
    readonly bytes: number;
  };
  readonly destinations: Readonly<Record<string, DestinationStatus>>;
}

/** The disk under an engine that keeps purchases on one. */
export interface DiskStatus {
  /** As last seen. */
  readonly availableBytes: number;
  /** 0 where the file system does not say. */
  readonly totalBytes: number;
  /** Purchases are refused rather than to leave less than this. */
  readonly reserveBytes: number;
  /** `room`; `reserve`: less than the reserve is left; `full`: the disk takes nothing any more. */
  readonly state: 'room' | 'reserve' | 'full';
  /** Whether purchases are refused because of it. */
  readonly refusing: boolean;
}

export type JournalHealth = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/**
 * What the checkout writes purchases to and asks about them. Any number of calls may be under way at a time. Its other half,
 * `DeliveryJournal`, is what the dispatcher works against.
 */
export interface Journal {
  readonly recovery: JournalRecovery;

  /**
   * Resolves once the purchase is durable, or with the purchase that already stands under its idempotency key, which is
   * durable too; also while that one is being written. From then on it is found.
   *
   * @throws PurchaseRefusedError nothing was written
   * @throws PurchaseOutcomeUnknownError it may or may not have been written; the same key tells after a restart
   */
  append(record: PurchaseRecord): Promise<AppendResult>;

  find(id: string): Promise<StoredPurchase | undefined>;

  /** Waits for a purchase that is being written under the key, and rejects as its append does. */
  findByKey(key: string): Promise<StoredPurchase | undefined>;

  /** Purchases after `after`, in sequence, at most `limit`. */
  purchases(after: Sequence, limit: number): Promise<StoredPurchase[]>;

  /** What is on record of a purchase at each destination that it is owed to. */
  deliveriesOf(sequence: Sequence): Promise<DeliveryRecord[]>;

  deliveries(query: DeliveryQuery): Promise<DeliveryRecord[]>;

  progress(): Promise<JournalProgress>;

  /** Undefined for an engine without a disk of its own. */
  disk(): DiskStatus | undefined;

  /** Not ok when it has failed, and while purchases are refused for want of space. */
  health(): JournalHealth;

  /** Rejects when the journal can take no more appends until the process is started anew. Never resolves. */
  readonly failed: Promise<never>;

  /** Refuses new appends, waits for those under way, closes. May be called twice. */
  close(): Promise<void>;
}
