/** One line of a cart. */
export interface Item {
  /** Stock-keeping unit. */
  readonly sku: string;
  readonly quantity: number;
  /** In minor units of the currency (pence, cents). */
  readonly unitPrice: number;
}

/** What a customer asks to buy: the body of `POST /checkout`. */
export interface Order {
  readonly customerId: string;
  /** ISO 4217 alphabetic code. */
  readonly currency: string;
  readonly items: readonly Item[];
}

/** What a customer bought. */
export interface Purchase extends Order {
  /** UUIDv7, also the `webhook-id` of every delivery. */
  readonly id: string;
  /** Sum of quantity × unitPrice, in minor units; always a safe integer. */
  readonly total: number;
  /** RFC 3339, UTC, milliseconds. */
  readonly acceptedAt: string;
}

/** What makes a retry of `POST /checkout` safe. It lives in the same log record as the purchase, so it survives a kill. */
export interface Idempotency {
  readonly key: string;
  /** Digest of the order: tells a retry from another order under the same key. */
  readonly fingerprint: string;
  /** From then on the key is free again. RFC 3339, UTC, milliseconds. Absent, in old records: never. */
  readonly expiresAt?: string;
}

/** The W3C trace that a request was part of, as its headers had it. */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate?: string;
}

/** What the log holds for a purchase: all that the 201 said, so that the very same answer can be given again. */
export interface PurchaseRecord {
  readonly purchase: Purchase;
  /** Names of the destinations at the time of acceptance. */
  readonly destinations: readonly string[];
  /** Name of the API key that it was sent with, if keys were asked for: should a key leak, it tells what was bought with it. */
  readonly caller?: string;
  readonly idempotency?: Idempotency;
  readonly trace?: TraceContext;
}

/** The event that every destination gets: the body of a delivery. */
export interface PurchaseEvent {
  readonly type: 'purchase.accepted';
  readonly timestamp: string;
  readonly data: {
    readonly id: string;
    readonly sequence: number;
    readonly customerId: string;
    readonly currency: string;
    readonly items: readonly Item[];
    readonly total: number;
    readonly acceptedAt: string;
  };
}
