import { z } from 'zod';

import type { Header, Operation, Parameter } from '../../../shared/openapi/index.js';
import { orderSchema } from '../../../shared/purchase/schemas.js';
import { acceptedSchema } from '../answers/purchase-answers.js';
import { checkoutProblemTypes } from '../checkout-problem-types.js';
import { idempotencyKeyLengthMax } from '../idempotency-key.js';
import { orderBytesMax } from './checkout-routes.js';
import { sampleOrder, samplePurchase } from './sample-order.js';

const location = z.string().regex(/^\/purchases\//);

const idempotencyKey: Parameter = {
  in: 'header',
  name: 'Idempotency-Key',
  description:
    `Makes a retry safe: the same key gives the same purchase, whatever happened to the first request. 1 to ` +
    `${idempotencyKeyLengthMax} printable ASCII characters, in double quotes or, without spaces and commas, bare: a UUID does.`,
  schema: z.string().min(1),
  example: '"8e03978e-40d5-43e8-bc93-6894a57f9324"',
  refusedAs: checkoutProblemTypes.invalidIdempotencyKey,
};

const traceparent: Parameter = {
  in: 'header',
  name: 'traceparent',
  description:
    'The W3C trace that the request is part of. It goes on with the deliveries; one that cannot be read is ignored.',
  schema: z.string(),
};

/** With every answer to a request that was counted, where there is a limit. */
const rateLimitHeaders: Readonly<Record<string, Header>> = {
  'RateLimit-Policy': {
    description: 'Where RATE_LIMIT is set: how many requests a caller has (`q`) in how many seconds (`w`).',
    schema: z.string(),
  },
  RateLimit: { description: 'How many are left (`r`), and for how many seconds (`t`).', schema: z.string() },
};

/** What `checkoutRoutes` does. */
export const checkoutOperations: readonly Operation[] = [
  {
    ...{ method: 'post', path: '/checkout', id: 'buy', tag: 'Buying', access: 'api-key' },
    summary: 'Makes an order a purchase.',
    description:
      'The answer goes out once the purchase is on disk, never before. From then on every destination gets it, whatever fails in ' +
      'between.\n\n' +
      'Send an `Idempotency-Key`, and send the same one again when no answer came, or one with status 500 or 503: that cannot buy twice.',
    parameters: [idempotencyKey, traceparent],
    body: { schema: orderSchema, bytesMax: orderBytesMax, examples: { 'two books': sampleOrder } },
    answers: [
      {
        status: 201,
        description: 'The purchase is durable.',
        schema: acceptedSchema,
        example: {
          ...{ id: samplePurchase.id, sequence: samplePurchase.sequence, status: 'accepted' },
          ...{ acceptedAt: samplePurchase.acceptedAt, currency: sampleOrder.currency, total: samplePurchase.total },
          deliveries: { warehouse: 'pending', finance: 'pending' },
        },
        headers: {
          Location: { description: 'Where the purchase is found.', required: true, schema: location },
          'Idempotency-Replayed': {
            description: 'The purchase was made by an earlier request with this key; nothing was written this time.',
            schema: z.literal('true'),
          },
        },
      },
    ],
    problems: [
      checkoutProblemTypes.purchaseRefused,
      checkoutProblemTypes.outcomeUnknown,
      checkoutProblemTypes.idempotencyKeyReused,
      checkoutProblemTypes.idempotencyKeyRequired,
      checkoutProblemTypes.quotaExceeded,
    ],
    headers: rateLimitHeaders,
    problemHeaders: {
      422: {
        Location: {
          description: 'Of `idempotency-key-reused`: the purchase that the key stands for.',
          schema: location,
        },
      },
    },
  },
];
