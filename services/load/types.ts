import type { Order } from '../../shared/purchase/index.js';

/** Time, so that a test can move it by hand. */
export interface Clock {
  /** Milliseconds since some moment, never backwards. */
  now(): number;
  /** Rejects when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** One purchase that somebody makes, however often it has to be sent for that. */
export interface Purchase {
  /** Sent with every try of this purchase, and with no other in any run. */
  readonly key: string;
  readonly order: Order;
}

/** What a 201 says of a purchase. */
export interface Told {
  readonly sequence: number;
  readonly id: string;
  readonly total: number;
  readonly currency: string;
}

/** What came of one try. */
export type Answer =
  /** `replayed`: an earlier try with this key had made the purchase. */
  | { readonly kind: 'accepted'; readonly told: Told; readonly replayed: boolean }
  | {
      readonly kind: 'again';
      /** For people, and to count by. */
      readonly why: string;
      /** Whether it may have been written all the same. */
      readonly mayBeWritten: boolean;
      /** Nobody is there who could sell: no answer, or that of a process that starts or ends. */
      readonly down: boolean;
      readonly retryAfterMs: number | undefined;
    }
  /** One that our orders must not get. */
  | { readonly kind: 'wrong'; readonly why: string };

/** Sends a purchase once. */
export type Post = (purchase: Purchase, signal: AbortSignal) => Promise<Answer>;

/** A purchase that is there. */
export interface Accepted {
  readonly kind: 'accepted';
  readonly told: Told;
  readonly replayed: boolean;
  readonly tries: number;
  /** An earlier try of which no answer told may have been written. */
  readonly mayBeWritten: boolean;
  readonly answeredAt: number;
}

/** What became of a purchase that was sent until an answer told. `unknown`: it was given up before. */
export type Known = Accepted | { readonly kind: 'wrong'; readonly why: string } | { readonly kind: 'unknown' };
