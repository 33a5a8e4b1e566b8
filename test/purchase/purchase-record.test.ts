import { describe, expect, it } from '@jest/globals';

import {
  decodeRecord,
  encodeRecord,
  orderTotal,
  purchaseEvent,
  UnknownRecordVersionError,
  type PurchaseRecord,
} from '../../shared/purchase/index.js';
import { eventSchema } from '../../shared/purchase/schemas.js';
import { sampleEvent } from '../support/sample-event.js';

const { sequence, ...purchase } = sampleEvent(7, { customerId: '山田 🛒' }).data;
const record: PurchaseRecord = {
  purchase,
  destinations: ['warehouse', 'finance'],
  idempotency: { key: 'a-key', fingerprint: 'ab12' },
};

describe('a purchase record', () => {
  it('comes out of the log as it went in, or the answer to a retry would differ from the first', () => {
    expect(decodeRecord(encodeRecord(record))).toEqual(record);
    expect(decodeRecord(encodeRecord(record).toString())).toEqual(record);
  });

  it('has these bytes, or logs written by an earlier build could not be read', () => {
    const bytes = encodeRecord({ purchase: sampleEvent(1).data, destinations: ['finance'] });
    expect(bytes.toString().startsWith('{"v":1,"purchase":{"id":"01930000-0000-7000-8000-000000000001",')).toBe(true);
    expect(bytes.toString().endsWith('"destinations":["finance"]}')).toBe(true);
  });

  it('is refused in a version this build does not know, rather than misread', () => {
    expect(() => decodeRecord('{"v":2,"purchase":{}}')).toThrow(UnknownRecordVersionError);
    expect(() => decodeRecord('{}')).toThrow(/version undefined/);
  });
});

describe('the event for a purchase', () => {
  it('has the same bytes on every attempt, or a receiver would call a retry a conflict', () => {
    const again = decodeRecord(encodeRecord(record)).purchase;
    expect(JSON.stringify(purchaseEvent(sequence, again))).toBe(JSON.stringify(purchaseEvent(sequence, purchase)));
  });

  it('is one that receivers take', () => {
    expect(eventSchema.parse(purchaseEvent(sequence, purchase))).toEqual(purchaseEvent(sequence, purchase));
  });
});

describe('the total of an order', () => {
  it('is the exact sum of its lines', () => {
    expect(orderTotal([])).toBe(0);
    expect(orderTotal([{ sku: 'A', quantity: 3, unitPrice: 333_333_333_333 }])).toBe(999_999_999_999);
  });
});
