/**
 * The outbox's words and the port it works against. Imports nothing: an engine that implements the port needs this file and
 * the arithmetic of the mark, nothing else of the outbox.
 */

/** Place of an entry in the log: 1, 2, 3 … without gaps; 0 stands for "before the first". Not a count, not an offset. */
export type Sequence = number & { readonly __brand: 'Sequence' };

/** Wall-clock time in milliseconds since the epoch. */
export type EpochMs = number & { readonly __brand: 'EpochMs' };

/** One thing to deliver. */
export interface Entry {
  readonly sequence: Sequence;
  /** The same on every attempt; receivers know a repeat by it. */
  readonly id: string;
  /** Entries with the same key belong together; a destination with `order: 'key'` gets those in sequence. */
  readonly key: string;
  /** What is sent: the bytes of one JSON document, the same on every attempt. */
  readonly body: Buffer;
  /** The W3C trace that the entry came with, if it did: a `traceparent` of version 00 and what belongs to it. Sent on. */
  readonly trace?: { readonly traceparent: string; readonly tracestate?: string };
}

/** What became of an entry at one destination. `held` is on record as waiting for others of its key: outside, still pending. */
export type OutcomeState = 'confirmed' | 'retrying' | 'parked' | 'discarded' | 'held';

interface OutcomeBase {
  readonly sequence: Sequence;
  /** Attempts made so far, those that count towards parking or not. */
  readonly attempts: number;
  /** Attempts that failed while others succeeded; at a set number the entry is parked. */
  readonly attemptsCounted: number;
  /** When this outcome came about. */
  readonly at: EpochMs;
  /** The entry's key, kept on record while it is open. Absent: it holds back no other, and is held back by none. */
  readonly key?: string;
}

/** It said yes. Final, unless a person has it delivered again. */
export interface Confirmed extends OutcomeBase {
  readonly state: 'confirmed';
}
/**
 * It will be tried again; or, with no attempt made yet, it was held and has just been released; or it was confirmed, and a person
 * has it delivered again.
 */
export interface Retrying extends OutcomeBase {
  readonly state: 'retrying';
  readonly nextAttemptAt: EpochMs;
  readonly error: string;
  /** Present where a person asked for it: their decision, which is settled with it. It is not read back as part of the outcome. */
  readonly asked?: AskedByPerson;
}
/** It said no for good, or failed too often: a person must decide. */
export interface Parked extends OutcomeBase {
  readonly state: 'parked';
  readonly error: string;
}
/** A person gave it up. Final. */
export interface Discarded extends OutcomeBase {
  readonly state: 'discarded';
  readonly reason: string;
}
/** It waits until those of its key before it are confirmed or discarded; the settle that records the last of that releases it. */
export interface Held extends OutcomeBase {
  readonly state: 'held';
  readonly key: string;
  /**
   * An entry of the key that was open when this was decided. It is such that, once it is final, every other open entry of the
   * key before this one is on record: so the journal finds out alone whether this one is next.
   */
  readonly behind: Sequence;
}

/** What a person asked for: that a parked entry is tried again, or that a confirmed one is delivered again. */
export interface AskedByPerson {
  readonly what: 'retry' | 'redeliver';
  readonly why: string | undefined;
}

export type Outcome = Confirmed | Retrying | Parked | Discarded | Held;

/** When a person decided something, and why, where they said so. Who it was is not known. */
export interface Decided {
  readonly at: EpochMs;
  readonly why: string | undefined;
}

/** What a lane must know to go on where it stopped. */
export interface LaneState {
  /** Every entry up to it has an outcome on record. */
  readonly cursor: Sequence;
  /** Entries above the cursor that have an outcome on record too: at most a window of them. */
  readonly recordedAbove: readonly Sequence[];
  /** Entries, anywhere, that were to be tried again: at most the lane's bound on them. */
  readonly retrying: readonly Retrying[];
  /** The last entry that was there when the journal was opened: what comes after it was not sent before. */
  readonly endAtStart: Sequence;
  readonly paused: boolean;
  /** Entries per second until it has caught up with the journal; undefined: as fast as it takes them. */
  readonly catchUpRatePerSecond: number | undefined;
}

/** How far one destination is. */
export interface DestinationProgress {
  readonly name: string;
  /** Entries up to here are not owed to it: it was added after them. */
  readonly startAfter: Sequence;
  readonly cursor: Sequence;
  /** Lowest entry at or below the cursor that is retrying, parked or held, if any. It may have been confirmed before. */
  readonly firstOpen: Sequence | undefined;
}

/** Entries, and what is open of their keys at one destination, both seen at the same instant. */
export interface OrderedPage {
  readonly entries: readonly Entry[];
  /** For each key of the entries that has an entry on record as retrying, parked or held: the lowest of those. */
  readonly lowestOpen: ReadonlyMap<string, Sequence>;
}

/**
 * The journal as the dispatcher sees it. One dispatcher works against it at a time.
 */
export interface DeliveryJournal {
  /** What is on record for a destination that is configured. */
  openLane(destination: string): Promise<LaneState>;

  /** Entries after `after` that may be delivered, in sequence, at most `limit`; empty at the end. Durable ones only. */
  read(after: Sequence, limit: number): Promise<Entry[]>;

  /** As `read`, for a lane that keeps the order within each key. */
  readOrdered(destination: string, after: Sequence, limit: number): Promise<OrderedPage>;

  /** One entry, wherever it stands. @throws if it was never there */
  readEntry(sequence: Sequence): Promise<Entry>;

  /** `listener` is called when more entries may have become readable. Returns how to unsubscribe. */
  onReadable(listener: () => void): () => void;

  /**
   * Records outcomes, moves the cursor and the low-water mark: all in one durable transaction; resolves once that is synced.
   * An outcome for an entry that is already confirmed or discarded changes nothing, but for one: where a person has it delivered
   * again (`asked.what` is `redeliver`), an entry that is confirmed, and none that is not, becomes one to be tried again. It then has
   * no key, and where it is below the mark, the mark does not come back for it: it stands until the entry is final again. A
   * discard, and what a person asked for, goes on record as their decision in the same transaction, with what had become of the
   * entry before; one that changes nothing does not.
   *
   * In the same transaction it releases held entries. An entry that ends, and was not itself held, may have been what its key
   * waited for; so may one that a new held entry is `behind`, if it has ended meanwhile, though it be delivered again by now. If the lowest open entry of that key is
   * held, it becomes one to be tried now that was never tried. Resolves with those: from here on they are the lane's to deliver.
   */
  settle(destination: string, outcomes: readonly Outcome[]): Promise<readonly Retrying[]>;

  /**
   * Holds or releases a lane, and puts that on record as a person's decision, in one durable transaction; resolves once that is
   * synced. A lane that is so already stays as it is, and there is no decision to record: nothing took effect.
   *
   * @param catchUpRatePerSecond the rate until it has caught up, set along with it; null: none; undefined: as it is
   */
  setPaused(
    destination: string,
    paused: boolean,
    decided: Decided,
    catchUpRatePerSecond?: number | null,
  ): Promise<void>;

  /** Forgets the rate of a lane that has caught up; resolves once that is durable. */
  liftCatchUpRate(destination: string): Promise<void>;

  /** The outcome on record, if there is one. */
  outcome(destination: string, sequence: Sequence): Promise<Outcome | undefined>;

  /** Parked entries of a destination after `after`, in sequence, at most `limit`. */
  parked(destination: string, after: Sequence, limit: number): Promise<Parked[]>;

  /** Whether the end of this entry, which is on record as open, would release another. */
  wouldRelease(destination: string, sequence: Sequence): Promise<boolean>;
}

/** Time, so that a test can hold it. */
export interface Clock {
  now(): EpochMs;
  /** Resolves after `ms`; rejects with the signal's reason when that is aborted first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Calls `run` once after `ms`, unless the returned function is called first. */
  after(ms: number, run: () => void): () => void;
}

/** What came back for one entry of a request, or that nothing did. */
export type Answer =
  | {
      /** An HTTP answer for this entry (for an entry of a batch: translated from its own result). */
      readonly kind: 'status';
      readonly status: number;
      /** What the destination said, as it came, bounded by what is read of an answer: `describeAnswer` makes it fit for people. */
      readonly detail: string;
      /** As the answer asked, in milliseconds from now. */
      readonly retryAfterMs: number | undefined;
      /** Of a redirect, which is not followed: where to, in words that may be shown to everyone. */
      readonly redirect?: string;
      /** A yes that says that it had the entry already. */
      readonly duplicate?: true;
      /** A failure of which the destination said itself that nothing was stored. */
      readonly notApplied?: true;
    }
  | {
      /** No answer: refused, cut, timed out, not HTTP. */
      readonly kind: 'none';
      readonly detail: string;
      /** It is certain that nothing of the request arrived. Absent: whether it was applied is not known. */
      readonly notApplied?: true;
      /** It said yes to a batch and nothing of its entries: it may not know what a batch is. */
      readonly unread?: true;
    };

/** What came back when a destination was asked whether it has an entry. */
export type Holding =
  | { readonly status: 'held' }
  | { readonly status: 'not-held' }
  /** Anything else, whatever it was: the question is as open as before. */
  | { readonly status: 'no-answer'; readonly answer: Answer };

/** Sends to one destination; the only thing of the outbox that touches the network. */
export interface Transport {
  /** One request with one or more entries; the answers stand in the same order. Never rejects for what the network does. */
  send(entries: readonly Entry[]): Promise<Answer[]>;
  /** Asks whether the destination has an entry. Only where there is a `verifyUrl`. Never rejects for what the network does. */
  holds(entry: Entry): Promise<Holding>;
  /** Cuts what is still in flight (the stop's deadline has passed by then) and closes its connections. */
  close(): Promise<void>;
}

/** How one destination is served. All in force from the start of the process. */
export interface DestinationOptions {
  readonly name: string;
  readonly url: string;
  /** Secrets that sign, newest first. */
  readonly secrets: readonly string[];
  /** Time for one attempt, from sending to the whole answer. */
  readonly attemptTimeoutMs: number;
  /** Events in one request; 1: single events. */
  readonly batchMax: number;
  /** Bytes of a request with several events; an event that is larger goes alone. */
  readonly batchBytesMax: number;
  /** Requests under way at a time. */
  readonly inFlightMax: number;
  /** Entries above the cursor that have been read and have no outcome on record yet. */
  readonly windowMax: number;
  /**
   * Entries that wait to be tried again. The lane reads no further when those and the window together come to it, so no
   * outage makes it larger.
   */
  readonly retryingMax: number;
  /** Attempts that count before an entry is parked. */
  readonly attemptsMax: number;
  readonly retryDelayMsMin: number;
  readonly retryDelayFactor: number;
  readonly retryDelayMsMax: number;
  /** The longest `Retry-After` that is observed. */
  readonly retryAfterMsMax: number;
  /** Failures in a row, of any entries, that open the circuit. */
  readonly circuitFailuresMax: number;
  readonly circuitDelayMsMin: number;
  readonly circuitDelayMsMax: number;
  /** Entries sent per second at most, over all requests; Infinity: as fast as it takes them. */
  readonly ratePerSecondMax: number;
  /**
   * `none`: entries go as they come, each as soon as it can. `key`: entries with the same key go in sequence, one outstanding
   * at a time; one that retries or is parked holds those of its own key behind it, and no other.
   */
  readonly order: 'none' | 'key';
  /**
   * Where to ask whether the destination has an entry, before sending one again of which that is not known: a URL with `{id}` in
   * it; 2xx: it has it, 404: it has not. Undefined: entries are sent again without asking.
   */
  readonly verifyUrl: string | undefined;
}

/** What the outbox has to tell a person. */
export interface OutboxLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
