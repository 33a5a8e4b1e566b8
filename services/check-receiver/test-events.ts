import { v7 as uuidv7 } from 'uuid';

import { purchaseEvent, type PurchaseEvent } from '../../shared/purchase/index.js';

/** The customer of every purchase that is sent: by this they are known as what they are. */
export const testCustomer = 'check-receiver';

/** Purchases as the checkout sends them, each with an id of its own and the next sequence. */
export class TestEvents {
  #sequence: number;

  constructor(firstSequence: number) {
    this.#sequence = firstSequence;
  }

  next(quantity = 1): PurchaseEvent {
    const item = { sku: 'CHECK-1', quantity, unitPrice: 100 };
    return purchaseEvent(this.#sequence++, {
      id: uuidv7(),
      customerId: testCustomer,
      currency: 'GBP',
      items: [item],
      total: quantity * item.unitPrice,
      acceptedAt: new Date().toISOString(),
    });
  }
}

/** The same id and sequence with another quantity, and so another total. */
export function withOtherContent(event: PurchaseEvent): PurchaseEvent {
  const items = event.data.items.map((item) => ({ ...item, quantity: item.quantity + 1 }));
  const total = items.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
  return { ...event, data: { ...event.data, items, total } };
}

/** A purchase of which there is nothing but the id. */
export function withBrokenContent({ type, timestamp, data }: PurchaseEvent): object {
  return { type, timestamp, data: { id: data.id, sequence: 'one', items: 'none', total: null } };
}
