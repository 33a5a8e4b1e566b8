import { z } from 'zod';

import { problemTypes } from '../../../shared/http/index.js';
import { pageParameters, quoted } from '../../../shared/openapi/describe.js';
import type { Operation } from '../../../shared/openapi/index.js';
import { purchaseListSchema, purchaseSchema } from '../answers/purchase-answers.js';
import { sampleOrder, samplePurchase } from './sample-order.js';

const { id, sequence, total, acceptedAt } = samplePurchase;
const { customerId, currency, items } = sampleOrder;

/** What `purchaseRoutes` does. */
export const purchaseOperations: readonly Operation[] = [
  {
    ...{ method: 'get', path: '/purchases/{id}', id: 'findPurchase', tag: 'Buying', access: 'open' },
    summary: 'Shows a purchase, and how far it has come at each destination.',
    description: 'It is found the moment its 201 is out. Who knows the id may see it.',
    parameters: [
      {
        ...{ in: 'path', name: 'id', schema: z.string(), example: id, shellValue: '$id' },
        description: 'Its id, as in `Location`.',
      },
    ],
    sampleBefore: ({ origin }) => [
      `id=$(curl -s "${origin}/checkout" -H 'Content-Type: application/json' -d ${quoted(JSON.stringify(sampleOrder))} |`,
      `  sed 's/.*"id":"\\([^"]*\\)".*/\\1/')`,
    ],
    answers: [
      {
        status: 200,
        description: 'The purchase.',
        schema: purchaseSchema,
        example: {
          ...{ id, sequence, status: 'accepted', acceptedAt, customerId, currency, items, total },
          deliveries: {
            warehouse: { state: 'confirmed', attempts: 1, confirmedAt: '2026-11-23T07:21:31.856Z' },
            finance: {
              ...{ state: 'retrying', attempts: 3, lastAttemptAt: '2026-11-23T07:21:33.016Z' },
              ...{ nextAttemptAt: '2026-11-23T07:21:34.120Z', lastError: '503 Service Unavailable' },
            },
          },
        },
      },
    ],
    problems: [problemTypes.notFound],
  },
  {
    ...{ method: 'get', path: '/purchases', id: 'listPurchases', tag: 'Deciding', access: 'admin' },
    summary: 'Lists purchases, in sequence.',
    parameters: pageParameters('sequence'),
    answers: [
      {
        status: 200,
        description: 'A page of them; empty behind the last.',
        schema: purchaseListSchema,
        example: { purchases: [{ sequence, id, customerId, currency, total, acceptedAt }] },
      },
    ],
  },
];
