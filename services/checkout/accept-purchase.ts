import type { Journal, StoredPurchase } from '../../shared/journal/index.js';
import { orderTotal, type Order, type PurchaseRecord, type TraceContext } from '../../shared/purchase/index.js';
import { orderFingerprint } from './idempotency-key.js';

export interface AcceptPurchaseOptions {
  readonly journal: Pick<Journal, 'append'>;
  /** Names of those that every purchase is owed to. */
  readonly destinations: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** How long a key stands for the purchase that it made. */
  readonly keepKeysMs: number;
  /** A new UUIDv7. */
  readonly newId: () => string;
}

export type Acceptance =
  | { readonly status: 'accepted'; readonly purchase: StoredPurchase }
  /** The same order under the same key: the purchase that it made the first time. */
  | { readonly status: 'replayed'; readonly purchase: StoredPurchase }
  /** Another order under the same key. */
  | { readonly status: 'key-reused'; readonly purchase: StoredPurchase };

/** What came along with an order. */
export interface OrderContext {
  readonly idempotencyKey: string | undefined;
  /** Name of the API key that it was sent with. */
  readonly caller: string | undefined;
  readonly trace: TraceContext | undefined;
}

export type AcceptPurchase = (order: Order, context: OrderContext) => Promise<Acceptance>;

/**
 * Makes an order a purchase: gives it an id and a total and writes it to the journal. Resolves once it is durable.
 *
 * The function throws what `Journal.append` throws.
 */
export function createAcceptPurchase(options: AcceptPurchaseOptions): AcceptPurchase {
  const { journal, destinations, now, keepKeysMs, newId } = options;
  return async (order, { idempotencyKey, caller, trace }) => {
    const { customerId, currency, items } = order;
    const acceptedAtMs = now();
    const acceptedAt = new Date(acceptedAtMs).toISOString();
    const purchase = { id: newId(), customerId, currency, items, total: orderTotal(items), acceptedAt };
    const idempotency =
      idempotencyKey === undefined
        ? undefined
        : {
            key: idempotencyKey,
            fingerprint: orderFingerprint(order),
            // On record with the key: another time that is published later is for purchases of then.
            expiresAt: new Date(acceptedAtMs + keepKeysMs).toISOString(),
          };
    const record: PurchaseRecord = {
      purchase,
      destinations,
      ...(caller !== undefined && { caller }),
      ...(idempotency && { idempotency }),
      ...(trace && { trace: recordedTrace(trace) }),
    };

    const appended = await journal.append(record);
    if (appended.status === 'appended')
      return { status: 'accepted', purchase: { sequence: appended.sequence, record } };
    const { existing } = appended;
    const same = existing.record.idempotency?.fingerprint === idempotency?.fingerprint;
    return { status: same ? 'replayed' : 'key-reused', purchase: existing };
  };
}

/** No more than a record has of it, whatever else is known of the trace. */
function recordedTrace({ traceparent, tracestate }: TraceContext): TraceContext {
  return { traceparent, ...(tracestate !== undefined && { tracestate }) };
}
