import type { Purchase, PurchaseEvent } from './types.js';

/** The event for a purchase. The same purchase and sequence give the same bytes, on every attempt and after every restart. */
export function purchaseEvent(sequence: number, purchase: Purchase): PurchaseEvent {
  const { id, customerId, currency, items, total, acceptedAt } = purchase;
  return {
    type: 'purchase.accepted',
    timestamp: acceptedAt,
    data: { id, sequence, customerId, currency, items, total, acceptedAt },
  };
}
