import type { PurchaseEvent } from '../purchase/index.js';

/**
 * What a destination does with a purchase: reserve stock, post to a ledger. Called once for each purchase, inside the
 * transaction that also marks the event as received, so both are kept or neither is.
 *
 * It must be synchronous and change nothing but that database: on a full disk the transaction is taken back and run again.
 * When it throws, nothing of this event is kept and the sender is asked to try again later.
 */
export type Effect = (event: PurchaseEvent) => void;

/**
 * What came of one event. `conflict`: its id is on record with other content; the event changed nothing, and never will.
 * Whichever it is, it is durable.
 */
export interface ReceiveOutcome {
  readonly status: 'applied' | 'duplicate' | 'conflict';
}

/** Takes events, each once. May be called many times at once; those calls share a sync. */
export interface Inbox {
  /**
   * Resolves once the outcome is durable. Equal ids are handled one after the other.
   *
   * @throws whatever the effect threw, or what the database failed with: then nothing of this event is kept
   */
  receive(event: PurchaseEvent): Promise<ReceiveOutcome>;
}

/** What is answered for one event of a batch. `id` is null if the event has none that is a string. */
export type EventResult =
  | { readonly id: string; readonly status: 'applied' | 'duplicate' }
  /** `rejected`: sending it again is of no use. `retry`: nothing was kept, try again later. */
  | { readonly id: string | null; readonly status: 'rejected' | 'retry'; readonly detail: string };

/** Hears of each event's result, and of each request that was not signed as it must be: for metrics. */
export type ObserveResult = (result: EventResult['status'] | 'unauthenticated') => void;

/** One purchase that a destination holds: enough to compare the books with those of the checkout. */
export interface AuditEntry {
  readonly sequence: number;
  readonly id: string;
  /** In minor units of the currency. */
  readonly total: number;
  readonly currency: string;
}

/** How much a destination holds, of one checkout. All 0 when it is nothing. */
export interface Holding {
  readonly purchases: number;
  readonly lowest: number;
  readonly highest: number;
  /** Sequences from 1 to the highest that are not held, for whatever reason. */
  readonly missing: number;
}

/** Sequences that are not held, both ends included. */
export interface Gap {
  readonly first: number;
  readonly last: number;
}

/** Faults to inject into deliveries, for demonstrations. Each is off if absent; rates are probabilities from 0 to 1. */
export interface FaultSettings {
  /** Answer with this status instead of doing the work. */
  readonly status?: number | undefined;
  /** How often `status` is answered; 1 if absent. */
  readonly rate?: number | undefined;
  /** `Retry-After` that goes with `status`. */
  readonly retryAfterSeconds?: number | undefined;
  /** Time that every delivery waits first. */
  readonly latencyMs?: number | undefined;
  /** How often a delivery is never answered. */
  readonly hangRate?: number | undefined;
  /** How often the work is done and kept, and the connection cut without an answer. */
  readonly dropAfterCommitRate?: number | undefined;
}

/** What a receiver has to tell a person. Never given customer data or secrets. */
export interface ReceiverLog {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
