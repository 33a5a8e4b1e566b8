import type { Item, PurchaseEvent } from '../../shared/purchase/index.js';

type Data = PurchaseEvent['data'];

/** The id of the nth sample: a valid UUIDv7. */
export function sampleId(n: number): string {
  return `01930000-0000-7000-8000-${String(n).padStart(12, '0')}`;
}

/** A valid event, the nth of its kind; `total` follows the items unless given. */
export function sampleEvent(n: number, changes: Partial<Data> = {}): PurchaseEvent {
  const items: readonly Item[] = changes.items ?? [{ sku: 'BOOK-1', quantity: 2, unitPrice: 1250 }];
  const total = items.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
  const acceptedAt = '2025-03-01T10:00:00.000Z';
  const data = { id: sampleId(n), sequence: n, customerId: 'alice', currency: 'GBP', items, total, acceptedAt };
  return { type: 'purchase.accepted', timestamp: acceptedAt, data: { ...data, ...changes } };
}
