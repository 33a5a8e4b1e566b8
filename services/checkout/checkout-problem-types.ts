import type { ProblemType } from '../../shared/http/index.js';

/** The kinds of failure that only the checkout answers with. */
export const checkoutProblemTypes = {
  purchaseRefused: {
    code: 'purchase-refused',
    statuses: [503],
    title: 'The purchase was not accepted',
    advice: 'Nothing was written: try again after `Retry-After`.',
  },
  outcomeUnknown: {
    code: 'outcome-unknown',
    statuses: [500],
    title: 'It is not known whether the purchase was accepted',
    advice: 'It may have been written: try again with the same `Idempotency-Key`, which gives the same purchase.',
  },
  idempotencyKeyRequired: {
    code: 'idempotency-key-required',
    statuses: [400],
    title: 'The Idempotency-Key is missing',
    advice:
      'This checkout takes no purchase without one: send `Idempotency-Key` with a new UUID for each purchase, and the same one again ' +
      'when you try that purchase again. Nothing was looked up or written.',
  },
  invalidIdempotencyKey: {
    code: 'invalid-idempotency-key',
    statuses: [400],
    title: 'The Idempotency-Key is not valid',
    advice:
      'Send one header with 1 to 255 printable ASCII characters, best a UUID: in double quotes, with a backslash before `"` and `\\`, ' +
      'or bare, then without spaces, commas and quotes. Nothing was looked up or written.',
  },
  idempotencyKeyReused: {
    code: 'idempotency-key-reused',
    statuses: [422],
    title: 'The Idempotency-Key stands for another purchase',
    advice: '`Location` has the purchase that was made with it. Take a new key for a new purchase.',
  },
  quotaExceeded: {
    code: 'quota-exceeded',
    statuses: [429],
    title: 'Too many requests',
    advice:
      '`RateLimit-Policy` says how many there may be in how many seconds, `RateLimit` how many are left. Nothing was written: try ' +
      'again after `Retry-After`, with the same `Idempotency-Key` if there was one.',
  },
  deliveryState: {
    code: 'delivery-state',
    statuses: [409],
    title: 'The delivery is in another state',
    advice: 'The text says which: still to be delivered, not parked, or finished. Nothing was changed.',
  },
} as const satisfies Record<string, ProblemType>;
