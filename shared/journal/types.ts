import type { EpochMs, OutcomeState, Sequence } from '../outbox/types.js';
import type { PurchaseRecord } from '../purchase/index.js';
import type { RefusedCode } from './errors.js';
import type { JournalFigures } from './figures.js';

export type { Decided, DeliveryJournal, EpochMs, Outcome, OutcomeState, Sequence } from '../outbox/types.js';

/** Where a purchase stands in the journal. */
export interface StoredPurchase {
  readonly sequence: Sequence;
  readonly record: PurchaseRecord;
}

/** An idempotency key and whose it is: the same key of two callers is two keys. */
export interface IdempotencyKey {
  readonly key: string;
  readonly caller?: string;
}

/** Outcome of an append. */
export type AppendResult =
  /** Durable now. */
  | { readonly status: 'appended'; readonly sequence: Sequence }
  /** The idempotency key is taken, and durable: this is the purchase it stands for. Nothing was written. */
  | { readonly status: 'duplicate'; readonly existing: StoredPurchase };

/** What people are told: a held delivery is pending to them. */
export type DeliveryState = 'pending' | Exclude<OutcomeState, 'held'>;

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

/** A destination to be served, as far as the journal is concerned. */
export interface ServedDestination {
  readonly name: string;
  /**
   * Looked at once, when the name is seen for the first time: the first purchase that it is owed, or those accepted from then on.
   * Default: `end`.
   */
  readonly from?: Sequence | 'end';
  /** Entries per second until one that began before the end, or came back, has caught up. Default: as fast as it takes them. */
  readonly backfillRatePerSecond?: number;
}

/** The destinations as they are configured when the journal is opened. */
export interface ConfiguredDestinations {
  readonly served: readonly ServedDestination[];
  /** Names of those that are owed nothing any more. */
  readonly removed: readonly string[];
}

/** What opening has changed in the destinations on record, or found not to fit. */
export interface DestinationChange {
  readonly name: string;
  /**
   * `added`: never seen before. `restored`: it had been removed. `removed`: it is owed nothing from now on. `missing`: it is owed
   * everything, and not configured, so that nobody delivers it. `never-known`: it was to be removed, and was never there.
   */
  readonly what: 'added' | 'restored' | 'removed' | 'missing' | 'never-known';
  /** Of one added or restored: what it is sent first, if that is there. */
  readonly owedFrom?: Sequence;
}

export type DecisionKind = 'retry' | 'redeliver' | 'discard' | 'pause' | 'resume' | 'add' | 'remove' | 'restore';

/** What a person decided, on record since the moment it took effect. Who it was is not known. */
export interface DecisionRecord {
  /** 1, 2, 3 … in the order in which they took effect. */
  readonly number: number;
  readonly at: EpochMs;
  readonly what: DecisionKind;
  readonly destination: string;
  /** Undefined where it is about the destination itself. */
  readonly sequence: Sequence | undefined;
  /** Undefined where no reason was given. A discard and a redelivery have one. */
  readonly why: string | undefined;
  /** What had become of the delivery until then, in words; undefined where it is about the destination itself. */
  readonly before: string | undefined;
  /** Of a resume: entries per second until it has caught up, where one was set. */
  readonly ratePerSecond: number | undefined;
}

/** Which decisions are asked for, in order. */
export interface DecisionQuery {
  /** Also one that is not configured any more: its decisions stay on record. */
  readonly destination: string | undefined;
  /** Of one delivery there; only together with `destination`. */
  readonly sequence: Sequence | undefined;
  /** A decision's number. */
  readonly after: number;
  readonly limit: number;
}

export interface DestinationStatus {
  /** Whether purchases are owed to it; false: it was removed. */
  readonly owed: boolean;
  readonly cursor: Sequence;
  /** Every entry not yet confirmed or discarded; 0 when it is owed nothing. */
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
  /** Entries above the mark: those that are not confirmed everywhere. What a person has delivered again may lie below it. */
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
  readonly destinations: readonly DestinationChange[];
}

/** Why the low-water mark stands where it stands. */
export interface MarkStatus {
  /** Whether the entry right above it can be delivered yet; false also where there is no such entry. */
  readonly nextReadable: boolean;
  /** What is on record of that entry at each destination that it is owed to; where it is open, it holds the mark. */
  readonly next: readonly DeliveryRecord[];
  /**
   * For each destination of which the lowest entry to be tried again, or parked, had been confirmed and is delivered again, as far as
   * it lies at or below the one right above the mark: that entry. The mark stands until it is final again.
   */
  readonly again: readonly DeliveryRecord[];
  /** Whether a person gave up an entry at or below it: then not all of them are confirmed. */
  readonly passedDiscarded: boolean;
}

export interface JournalProgress {
  readonly log: {
    readonly firstSequence: Sequence;
    readonly durableSequence: Sequence;
    readonly lowWaterMark: Sequence;
    readonly segments: number;
    readonly bytes: number;
    /** Of those, what is above the mark: about as much as destinations have still to confirm. */
    readonly backlogBytes: number;
  };
  /** Of the same moment as the mark in `log`. */
  readonly mark: MarkStatus;
  /** All that are on record. */
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
  /** What must be available before they are taken again. */
  readonly resumeBytes: number;
  /** `room`; `reserve`: less than the reserve is left; `full`: the disk takes nothing any more. */
  readonly state: 'room' | 'reserve' | 'full';
  /** Whether purchases are refused because of it. */
  readonly refusing: boolean;
}

/** What is kept for destinations that have not confirmed it, where that is bounded. */
export interface BacklogStatus {
  /** In the log above the mark: as last seen, and what has been taken since. */
  readonly bytes: number;
  readonly bytesMax: number;
  /** Where `bytes` must come down to before purchases are taken again. */
  readonly resumeBytes: number;
  /** Bytes that the mark has passed since the opening. */
  readonly drainedBytes: number;
  /** Whether purchases are refused because of it. */
  readonly refusing: boolean;
}

export type JournalHealth =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** `log-failed`, `failed`: for good; a new process recovers. The others pass by themselves. */
      readonly reason: 'log-failed' | 'failed' | 'disk-full' | 'disk-reserve' | 'backlog';
      /** For people who operate it. */
      readonly detail: string;
    };

/**
 * What the checkout writes purchases to and asks about them. Any number of calls may be under way at a time. Its other half,
 * `DeliveryJournal`, is what the dispatcher works against.
 */
export interface Journal {
  readonly recovery: JournalRecovery;

  /** Names of the destinations that every purchase is owed to. The same from the opening to the end. */
  readonly owedTo: readonly string[];

  /**
   * Resolves once the purchase is durable, or with the purchase that already stands under its idempotency key, which is
   * durable too; also while that one is being written. From then on it is found. The key of an earlier purchase is free for
   * one that was accepted at the time at which it expires, or later, and stands for that one from then on.
   *
   * @throws PurchaseRefusedError nothing was written
   * @throws PurchaseOutcomeUnknownError it may or may not have been written; the same key tells after a restart
   */
  append(record: PurchaseRecord): Promise<AppendResult>;

  find(id: string): Promise<StoredPurchase | undefined>;

  /**
   * The purchase that one accepted at `at` under this key would meet; undefined: the key is free for it. Waits for one that is
   * being written under the key, and rejects as its append does.
   */
  findByKey(key: IdempotencyKey, at: EpochMs): Promise<StoredPurchase | undefined>;

  /** Purchases after `after`, in sequence, at most `limit`. */
  purchases(after: Sequence, limit: number): Promise<StoredPurchase[]>;

  /** What is on record of a purchase at each destination that it is owed to. */
  deliveriesOf(sequence: Sequence): Promise<DeliveryRecord[]>;

  deliveries(query: DeliveryQuery): Promise<DeliveryRecord[]>;

  /** Undefined when no destination of the name asked for was ever on record. */
  decisions(query: DecisionQuery): Promise<DecisionRecord[] | undefined>;

  progress(): Promise<JournalProgress>;

  /** Undefined for an engine without a disk of its own. */
  disk(): DiskStatus | undefined;

  /** Undefined where nothing bounds it. */
  backlog(): BacklogStatus | undefined;

  /**
   * Why `append` would refuse every new purchase now, as far as that is known without one. Cheap: it may be asked for every
   * request. A purchase that is there already under its key is found all the same, unless the journal has failed or is closed.
   */
  refusing(): RefusedCode | undefined;

  /** Undefined for an engine without a log and a database of its own. */
  figures(): JournalFigures | undefined;

  /** Not ok when it has failed, and while purchases are refused for want of space or because of the backlog. */
  health(): JournalHealth;

  /** Rejects when the journal can take no more appends until the process is started anew. Never resolves. */
  readonly failed: Promise<never>;

  /** Refuses new appends, waits for those under way, closes. May be called twice. */
  close(): Promise<void>;
}
