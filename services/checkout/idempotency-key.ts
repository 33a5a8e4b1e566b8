import { createHash } from 'node:crypto';

import type { Order } from '../../shared/purchase/index.js';
import { invalidIdempotencyKey } from './checkout-problems.js';

/** Characters of a key. */
export const idempotencyKeyLengthMax = 255;

/**
 * The key in an `Idempotency-Key` header: quoted, as the IETF draft (a structured-field string) has it, or bare, as most clients
 * send it; both forms of one key are the same key.
 *
 * @throws Problem 400 unless it is 1 to 255 printable ASCII characters, without spaces where bare
 */
export function readIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const quoted = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/.exec(text)?.[1];
  const key = quoted?.replace(/\\(["\\])/g, '$1') ?? /^[\x21\x23-\x2b\x2d-\x7e]+$/.exec(text)?.[0] ?? '';
  if (key.length < 1 || key.length > idempotencyKeyLengthMax) throw invalidIdempotencyKey(idempotencyKeyLengthMax);
  return key;
}

/** Digest of an order as parsed: the same for the same order, however its JSON was spaced or its fields were ordered. */
export function orderFingerprint(order: Order): string {
  const { customerId, currency, items } = order;
  const canonical = [customerId, currency, items.map(({ sku, quantity, unitPrice }) => [sku, quantity, unitPrice])];
  return createHash('sha256').update(JSON.stringify(canonical)).digest('base64url');
}
