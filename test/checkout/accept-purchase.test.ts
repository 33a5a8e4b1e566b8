import { describe, expect, it } from '@jest/globals';

import { createAcceptPurchase } from '../../services/checkout/accept-purchase.js';
import type { AppendResult, Sequence, StoredPurchase } from '../../shared/journal/types.js';
import type { PurchaseRecord } from '../../shared/purchase/index.js';
import { sampleId } from '../support/sample-purchase.js';

const order = { customerId: 'alice', currency: 'GBP', items: [{ sku: 'BOOK-1', quantity: 2, unitPrice: 1250 }] };
const noon = Date.UTC(2030, 0, 1, 12);
const hour = 3_600_000;
const nothing = { idempotencyKey: undefined, caller: undefined, trace: undefined };

/** A journal that writes everything, or answers with what is there. */
function setUp({ existing, keepKeysMs = 168 * hour }: { existing?: StoredPurchase; keepKeysMs?: number } = {}) {
  const written: PurchaseRecord[] = [];
  const accept = createAcceptPurchase({
    journal: {
      append(record): Promise<AppendResult> {
        if (existing) return Promise.resolve({ status: 'duplicate', existing });
        written.push(record);
        return Promise.resolve({ status: 'appended', sequence: written.length as Sequence });
      },
    },
    destinations: ['warehouse'],
    now: () => noon,
    keepKeysMs,
    newId: () => sampleId(1),
  });
  return { accept, written };
}

describe('accepting a purchase', () => {
  it('puts on record until when its key stands for it: a later change of the setting must not cut that short', async () => {
    const { accept, written } = setUp({ keepKeysMs: hour });
    await accept(order, { ...nothing, idempotencyKey: 'click' });
    expect(written[0]).toMatchObject({
      purchase: { acceptedAt: '2030-01-01T12:00:00.000Z' },
      idempotency: { key: 'click', expiresAt: '2030-01-01T13:00:00.000Z' },
    });
    expect(written[0]).not.toHaveProperty('caller');
  });

  it('puts on record whose key it is', async () => {
    const { accept, written } = setUp();
    await accept(order, { ...nothing, idempotencyKey: 'click', caller: 'app' });
    expect(written[0]).toMatchObject({ caller: 'app', idempotency: { key: 'click' } });
  });

  it('leaves out what was not sent: each purchase carries it for ever', async () => {
    const { accept, written } = setUp();
    await accept(order, nothing);
    expect(Object.keys(written[0]!)).toEqual(['purchase', 'destinations']);
  });

  it('tells a retry from another order under the same key, whatever else has changed since', async () => {
    const first = setUp();
    await first.accept(order, { ...nothing, idempotencyKey: 'click' });
    const existing = { sequence: 7 as Sequence, record: first.written[0]! };
    const { accept } = setUp({ existing, keepKeysMs: hour });
    const context = { ...nothing, idempotencyKey: 'click' };
    expect(await accept(order, context)).toEqual({ status: 'replayed', purchase: existing });
    expect(await accept({ ...order, currency: 'EUR' }, context)).toEqual({ status: 'key-reused', purchase: existing });
  });
});
