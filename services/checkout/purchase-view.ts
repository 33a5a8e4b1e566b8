import type { DeliveryRecord, StoredPurchase } from '../../shared/journal/index.js';
import type { AnswerOf } from '../../shared/openapi/index.js';
import type { deliverySchema, purchaseSummarySchema } from './answers/delivery-answers.js';
import type { acceptedSchema, purchaseSchema } from './answers/purchase-answers.js';

type DeliveryView = AnswerOf<typeof deliverySchema>;

/** The body of the 201. It is made from the log record alone, so that the same record gives the same answer at any time. */
export function acceptedView({ sequence, record }: StoredPurchase): AnswerOf<typeof acceptedSchema> {
  const { id, acceptedAt, currency, total } = record.purchase;
  const deliveries = Object.fromEntries(record.destinations.map((name) => [name, 'pending' as const]));
  return { id, sequence, status: 'accepted', acceptedAt, currency, total, deliveries };
}

/** The body of `GET /purchases/:id`. */
export function purchaseView(
  { sequence, record }: StoredPurchase,
  deliveries: readonly DeliveryRecord[],
): AnswerOf<typeof purchaseSchema> {
  const { id, customerId, currency, items, total, acceptedAt } = record.purchase;
  return {
    id,
    sequence,
    status: purchaseStatus(deliveries),
    acceptedAt,
    customerId,
    currency,
    items,
    total,
    deliveries: Object.fromEntries(deliveries.map((delivery) => [delivery.destination, deliveryView(delivery)])),
  };
}

/** A purchase in a list, for the admin. */
export function purchaseSummary({ sequence, record }: StoredPurchase): AnswerOf<typeof purchaseSummarySchema> {
  const { id, customerId, currency, total, acceptedAt } = record.purchase;
  const { caller } = record;
  return { sequence, id, customerId, currency, total, acceptedAt, ...(caller !== undefined && { caller }) };
}

/** What is on record of a purchase at one destination; what does not apply is left out. */
export function deliveryView({ state, attempts, at, nextAttemptAt, lastError, reason }: DeliveryRecord): DeliveryView {
  const instant = (ms: number) => new Date(ms).toISOString();
  return {
    state,
    attempts,
    ...(at !== undefined && timeOf(state, instant(at))),
    ...(nextAttemptAt !== undefined && { nextAttemptAt: instant(nextAttemptAt) }),
    ...(lastError !== undefined && { lastError }),
    ...(reason !== undefined && { reason }),
  };
}

function timeOf(state: DeliveryRecord['state'], at: string): Partial<DeliveryView> {
  switch (state) {
    case 'confirmed':
      return { confirmedAt: at };
    case 'parked':
      return { parkedAt: at };
    case 'discarded':
      return { discardedAt: at };
    default:
      return { lastAttemptAt: at };
  }
}

function purchaseStatus(deliveries: readonly DeliveryRecord[]): 'accepted' | 'confirmed' | 'parked' {
  if (deliveries.some(({ state }) => state === 'parked')) return 'parked';
  return deliveries.length > 0 && deliveries.every(({ state }) => state === 'confirmed') ? 'confirmed' : 'accepted';
}
