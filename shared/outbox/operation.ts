/** What people see of a dispatcher, and what they may ask of it. */
import type { EpochMs, Sequence } from './types.js';

/** What one attempt came to. */
export type AttemptResult = 'confirmed' | 'refused' | 'misdirected' | 'failed' | 'no-answer';

/** What has become of deliveries to one destination since the process started, known or on record. */
export interface DeliveryCounts {
  /** Entries sent, each time they were. A batch that is sent again one by one counts only then. */
  readonly attempts: number;
  /**
   * What the attempts came to, each once: a yes; a no that parks; a no to us (address, secret), which opens the circuit; an answer
   * that time may heal; none at all.
   */
  readonly results: Readonly<Record<AttemptResult, number>>;
  /** Entries it said yes to, or was found to have; one that was delivered again counts again. */
  readonly confirmed: number;
  readonly parked: number;
  /**
   * Entries it said it had already, by what sent them twice: a restart (they may have been in flight when the last life of
   * this process ended), or anything else, such as an answer that got lost. A lower bound: an answer may get lost again.
   */
  readonly repeats: { readonly restart: number; readonly other: number };
  /** Answers to the question whether it has an entry. */
  readonly checks: { readonly held: number; readonly notHeld: number; readonly noAnswer: number };
  /** Entries not sent a second time because it was found to have them. */
  readonly repeatsSaved: number;
}

export type CircuitState = 'closed' | 'open' | 'half-open';

/** Why a circuit is not closed, for people. All null while it is closed. */
export interface CircuitStatus {
  /** What keeps it open, as the last failure showed; what the destination said itself is not in it. */
  readonly circuitReason: string | null;
  /** When it opened; probes that failed since do not change it. */
  readonly circuitSince: EpochMs | null;
  /** When the next probe comes. Null, too, while one is under way, or due and waiting for something to send. */
  readonly nextProbeAt: EpochMs | null;
}

/** What a lane is doing now. */
export interface LaneStatus extends CircuitStatus {
  /** Entries that are part of a request under way. */
  readonly inFlight: number;
  /** Entries in memory: in flight, queued, or waiting to be tried again. At most `retryingMax`. */
  readonly held: number;
  readonly circuit: CircuitState;
  readonly paused: boolean;
  /** Entries per second at most, now; null: no limit. */
  readonly ratePerSecond: number | null;
  /** Whether that holds until it has caught up, and no longer. */
  readonly catchingUp: boolean;
  /** The last failure since the process started, or null. */
  readonly lastError: string | null;
  readonly counts: DeliveryCounts;
}

/** Why a command did nothing. Expected, so a value. */
export type Refusal =
  /** No destination of that name is configured. */
  | 'unknown-destination'
  /** Nothing is on record for that entry there: it was never there, or is still to be delivered. */
  | 'no-outcome'
  /** It is confirmed, discarded or being retried already, or waits for another of its key: there is nothing to retry. */
  | 'not-parked'
  /** It is confirmed or discarded already, so there is nothing to give up. */
  | 'already-final'
  /** Another command for the same entry is under way, or its last outcome is just being recorded. */
  | 'busy'
  /** The lane holds as many entries as it may; try again when some have been delivered. */
  | 'too-many-retrying'
  /** The dispatcher is not running. */
  | 'stopped';

export interface Refused {
  readonly status: 'refused';
  readonly reason: Refusal;
}
/** What a person asked for is durable and in force. */
export interface Done {
  readonly status: 'done';
}
/** As many parked entries as the lane has room for are being tried again; `more` says that some had to wait. */
export interface RetriedMany {
  readonly status: 'done';
  readonly retried: number;
  readonly more: boolean;
}

/** Why an entry is not delivered again. */
export type NotRedelivered =
  /** Nothing is on record for it there: it was never there, or is still to be delivered. */
  | 'no-outcome'
  /** It waits for others of its key, and is still to be delivered. */
  | 'pending'
  /** It is tried again as it is. */
  | 'retrying'
  /** It was refused or failed too often: a retry is for those. */
  | 'parked'
  /** A person gave it up. */
  | 'discarded'
  /** The lane holds as many entries as it may; ask again when some have been delivered. */
  | 'no-room'
  /** Another command for it is under way, or its confirmation is just being recorded. */
  | 'busy';

/** What became of each entry that was to be delivered again; both in sequence. */
export interface RedeliveredMany {
  readonly status: 'done';
  readonly redelivered: readonly Sequence[];
  readonly refused: readonly { readonly sequence: Sequence; readonly reason: NotRedelivered }[];
}

/**
 * Delivers what the journal holds to every destination.
 *
 * What a person asks for is on record, with the reason they gave, when it is answered with `done`.
 */
export interface Dispatcher {
  /** Opens every lane and begins to deliver. @throws if the journal cannot be read */
  start(): Promise<void>;
  /**
   * Makes no new attempt, lets those in flight finish for at most `deadlineMs`, records what is known, closes. What had no
   * answer by then is sent again after the next start. Calling it again returns the same promise.
   */
  stop(deadlineMs: number): Promise<void>;
  status(): Record<string, LaneStatus>;
  pause(destination: string, why?: string): Promise<Done | Refused>;
  /**
   * @param catchUpRatePerSecond entries per second until the lane has caught up; null: as fast as the destination takes them;
   *   undefined: as it was
   */
  resume(destination: string, why?: string, catchUpRatePerSecond?: number | null): Promise<Done | Refused>;
  /** Tries a parked entry again, with a fresh allowance of attempts. */
  retry(destination: string, sequence: Sequence, why?: string): Promise<Done | Refused>;
  /** Tries every parked entry of a destination again, as far as the lane has room. */
  retryParked(destination: string, why?: string): Promise<RetriedMany | Refused>;
  /**
   * Delivers entries again that are confirmed, as far as the lane has room: for a destination that has lost what it had. They go
   * unasked, under their id, as if for the first time, but their attempts stay on record. They hold back no other of their key.
   *
   * @param sequences no more than the journal can settle in one transaction, each once
   */
  redeliver(destination: string, sequences: readonly Sequence[], why: string): Promise<RedeliveredMany | Refused>;
  /** Gives an entry that is parked, retrying or held up for good. */
  discard(destination: string, sequence: Sequence, reason: string): Promise<Done | Refused>;
  /**
   * Never resolves; rejects when the journal failed or a bug showed. Nothing that is recorded is lost, but the process must
   * restart: whoever runs the dispatcher listens here.
   */
  readonly failed: Promise<never>;
}
