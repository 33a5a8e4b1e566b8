import type { PurchaseEvent } from '../purchase/index.js';

import type { Apply } from './kit/index.js';

/** What a destination does with a purchase; the kit says when, and what it may do. */
export type Effect = Apply<PurchaseEvent>;

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
  /** `status` is for deliveries that hold this SKU alone: a purchase that is poison, while all others are well. */
  readonly sku?: string | undefined;
  /** `Retry-After` that goes with `status`. */
  readonly retryAfterSeconds?: number | undefined;
  /** Time that every delivery waits first. */
  readonly latencyMs?: number | undefined;
  /** How often a delivery is never answered. */
  readonly hangRate?: number | undefined;
  /** How often the work is done and kept, and the connection cut without an answer. */
  readonly dropAfterCommitRate?: number | undefined;
}
