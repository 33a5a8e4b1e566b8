import { describe, expect, it } from '@jest/globals';
import type { z } from 'zod';

import { limits } from '../../shared/purchase/index.js';
import { eventSchema, orderSchema } from '../../shared/purchase/schemas.js';
import { sampleEvent } from '../support/sample-event.js';

const order = (changes: object = {}) => ({
  customerId: 'alice',
  currency: 'GBP',
  items: [{ sku: 'BOOK-1', quantity: 2, unitPrice: 1250 }],
  ...changes,
});
const withItem = (changes: object) => order({ items: [{ sku: 'BOOK-1', quantity: 2, unitPrice: 1250, ...changes }] });

/** Where a value breaks a schema. */
function faults(schema: z.ZodType, value: unknown): string[] {
  const result = schema.safeParse(value);
  if (result.success) return [];
  return result.error.issues.map((issue) =>
    [...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys : [])].join('.'),
  );
}

describe('the schema of an order', () => {
  it('takes a plain order as it is', () => {
    expect(orderSchema.parse(order())).toEqual(order());
  });

  it.each([
    ['a price of 0', withItem({ unitPrice: 0 })],
    ['the largest quantity', withItem({ quantity: limits.quantityMax, unitPrice: 1 })],
    ['the largest total', withItem({ quantity: 1, unitPrice: limits.totalMax })],
    [
      'as many items as there may be',
      order({ items: Array.from({ length: limits.itemsMax }, () => order().items[0]) }),
    ],
    ['a name in any script', order({ customerId: '山田 太郎 🛒' })],
    [
      'a whole number written with a fraction',
      JSON.parse('{"customerId":"a","currency":"JPY","items":[{"sku":"A","quantity":1.0,"unitPrice":1e2}]}'),
    ],
  ])('takes %s', (_name, value) => {
    expect(faults(orderSchema, value)).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['a fraction of a penny', withItem({ unitPrice: 12.5 }), 'items.0.unitPrice'],
    ['a negative price', withItem({ unitPrice: -1 }), 'items.0.unitPrice'],
    ['a price beyond the limit', withItem({ quantity: 1, unitPrice: limits.unitPriceMax + 1 }), 'items.0.unitPrice'],
    ['a price as text', withItem({ unitPrice: '1250' }), 'items.0.unitPrice'],
    ['a price that is no number', withItem({ unitPrice: Number.NaN }), 'items.0.unitPrice'],
    ['an infinite price', withItem({ unitPrice: Number.POSITIVE_INFINITY }), 'items.0.unitPrice'],
    ['half a book', withItem({ quantity: 0.5 }), 'items.0.quantity'],
    ['no book at all', withItem({ quantity: 0 }), 'items.0.quantity'],
    ['minus one book', withItem({ quantity: -1 }), 'items.0.quantity'],
    ['more books than the limit', withItem({ quantity: limits.quantityMax + 1, unitPrice: 1 }), 'items.0.quantity'],
    ['a SKU with a space', withItem({ sku: 'BOOK 1' }), 'items.0.sku'],
    ['an empty SKU', withItem({ sku: '' }), 'items.0.sku'],
    ['a SKU that is too long', withItem({ sku: 'x'.repeat(limits.skuLengthMax + 1) }), 'items.0.sku'],
    ['an unknown field of an item', withItem({ price: 5 }), 'items.0.price'],
    ['a total that overflows', withItem({ quantity: 2, unitPrice: limits.unitPriceMax }), 'items'],
    ['an empty cart', order({ items: [] }), 'items'],
    ['too many items', order({ items: Array.from({ length: limits.itemsMax + 1 }, () => order().items[0]) }), 'items'],
    ['items that are no list', order({ items: {} }), 'items'],
    ['a currency that does not exist', order({ currency: 'XXX' }), 'currency'],
    ['a currency in small letters', order({ currency: 'gbp' }), 'currency'],
    ['a currency that is a property of every object', order({ currency: 'constructor' }), 'currency'],
    ['no customer', order({ customerId: undefined }), 'customerId'],
    ['an empty customer', order({ customerId: '' }), 'customerId'],
    ['a lone surrogate, which UTF-8 cannot carry', order({ customerId: 'a\ud800' }), 'customerId'],
    ['a control character', order({ customerId: 'a\u0000' }), 'customerId'],
    ['a customer that is too long', order({ customerId: 'x'.repeat(limits.customerIdLengthMax + 1) }), 'customerId'],
    ['an unknown field', order({ coupon: 'FREE' }), 'coupon'],
    ['a list', [], ''],
    ['null', null, ''],
  ])('refuses %s and points at it', (_name, value, path) => {
    expect(faults(orderSchema, value)).toContain(path);
  });

  it('keeps every total it lets through a safe integer, or sums of money would be rounded', () => {
    expect(limits.totalMax * 9_000).toBeLessThan(Number.MAX_SAFE_INTEGER);
  });
});

describe('the schema of an event', () => {
  it('puts the fields in one order, or equal events would have different fingerprints', () => {
    const { type, timestamp, data } = sampleEvent(1);
    const turned = { data: Object.fromEntries(Object.entries(data).reverse()), timestamp, type };
    expect(JSON.stringify(eventSchema.parse(turned))).toBe(JSON.stringify(sampleEvent(1)));
  });

  it.each<[string, object, string]>([
    ['a total that is not the sum of the lines', { total: 1 }, 'data.total'],
    ['an id that is no UUID', { id: 'one' }, 'data.id'],
    ['a sequence of 0', { sequence: 0 }, 'data.sequence'],
    ['a sequence beyond what a number holds', { sequence: 2 ** 53 }, 'data.sequence'],
    ['a time without a zone', { acceptedAt: '2025-03-01T10:00:00' }, 'data.acceptedAt'],
    ['an unknown field', { note: 'x' }, 'data.note'],
  ])('refuses %s and points at it', (_name, changes, path) => {
    expect(faults(eventSchema, sampleEvent(1, changes))).toEqual([path]);
  });

  it('refuses another type of event and an unknown field beside the data', () => {
    expect(faults(eventSchema, { ...sampleEvent(1), type: 'purchase.refunded' })).toEqual(['type']);
    expect(faults(eventSchema, { ...sampleEvent(1), extra: 1 })).toEqual(['extra']);
  });
});
