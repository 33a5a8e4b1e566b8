import { z } from 'zod';

import { problemTypes } from '../../shared/http/index.js';
import type { Operation } from '../../shared/openapi/index.js';

import { reservationSchema, summarySchema } from './warehouse-answers.js';

/** The tag of what only the warehouse has. */
export const stockTag = { name: 'Stock', description: 'What purchases did to it.' };

const tag = stockTag.name;
const purchaseId = '01a20748-0b54-72fd-8af3-b38f10357853';

/** What `warehouseRoutes` does. */
export const warehouseOperations: readonly Operation[] = [
  {
    ...{ method: 'get', path: '/reservations/{purchaseId}', id: 'findReservation', tag, access: 'open' },
    summary: 'Shows what was reserved for a purchase.',
    parameters: [
      {
        ...{ in: 'path', name: 'purchaseId', schema: z.string(), example: purchaseId, shellValue: '$id' },
        description: 'Id of a purchase, as the checkout gave it.',
      },
    ],
    sampleBefore: ({ origin, asAdmin }) => [
      `id=$(curl -s "${origin}/audit?limit=1" ${asAdmin} | sed 's/.*"id":"\\([^"]*\\)".*/\\1/')`,
    ],
    answers: [
      {
        status: 200,
        description: 'What was reserved, and what was short.',
        schema: reservationSchema,
        example: { purchaseId, sequence: 1, lines: [{ sku: 'BOOK-1', quantity: 2, reserved: 2, backOrdered: 0 }] },
      },
    ],
    problems: [problemTypes.notFound],
  },
  {
    ...{ method: 'get', path: '/summary', id: 'readSummary', tag, access: 'open' },
    summary: 'Adds up all that was received.',
    answers: [{ status: 200, description: 'As of now.', schema: summarySchema, example: { purchases: 4, units: 5 } }],
  },
];
