import { describe, expect, it } from '@jest/globals';

import { orderFingerprint, readIdempotencyKey } from '../../services/checkout/idempotency-key.js';

const order = { customerId: 'alice', currency: 'GBP', items: [{ sku: 'BOOK-1', quantity: 2, unitPrice: 1250 }] };

describe('the Idempotency-Key header', () => {
  it('may be left out', () => {
    expect(readIdempotencyKey(undefined)).toBeUndefined();
  });

  it.each([
    ['8e03978e-40d5-43e8-bc93-6894a57f9324', '8e03978e-40d5-43e8-bc93-6894a57f9324'],
    ['"8e03978e-40d5-43e8-bc93-6894a57f9324"', '8e03978e-40d5-43e8-bc93-6894a57f9324'],
    ['  "a b"  ', 'a b'],
    ['"say \\"hi\\" \\\\ there"', 'say "hi" \\ there'],
    ['"a,b"', 'a,b'],
    ['x'.repeat(255), 'x'.repeat(255)],
  ])('reads %s, so that both forms of a key are one key', (header, key) => {
    expect(readIdempotencyKey(header)).toBe(key);
  });

  it.each([
    '',
    '   ',
    '""',
    'a b',
    'a,b',
    'a, b',
    '"unclosed',
    'in"side',
    '"bad \\n escape"',
    'ключ',
    'x'.repeat(256),
    '"a" "b"',
  ])('refuses %j: a key that is misread would let a retry buy twice', (header) => {
    expect(() => readIdempotencyKey(header)).toThrow(
      expect.objectContaining({ status: 400, code: 'invalid-idempotency-key' }),
    );
  });
});

describe('the fingerprint of an order', () => {
  it('is the same however the JSON was ordered', () => {
    const reordered = {
      items: [{ unitPrice: 1250, quantity: 2, sku: 'BOOK-1' }],
      currency: 'GBP',
      customerId: 'alice',
    };
    expect(orderFingerprint(reordered)).toBe(orderFingerprint(order));
  });

  it.each([
    { ...order, customerId: 'bob' },
    { ...order, currency: 'EUR' },
    { ...order, items: [] },
    { ...order, items: [...order.items, ...order.items] },
    { ...order, items: [{ sku: 'BOOK-2', quantity: 2, unitPrice: 1250 }] },
    { ...order, items: [{ sku: 'BOOK-1', quantity: 3, unitPrice: 1250 }] },
    { ...order, items: [{ sku: 'BOOK-1', quantity: 2, unitPrice: 1251 }] },
  ])('differs for another order: the second one must not vanish behind the first (%#)', (other) => {
    expect(orderFingerprint(other)).not.toBe(orderFingerprint(order));
  });
});
