import { z } from 'zod';

import { problemTypes } from '../../shared/http/index.js';
import type { Operation } from '../../shared/openapi/index.js';

import { postingSchema, summarySchema } from './finance-answers.js';

/** The tag of what only finance has. */
export const ledgerTag = { name: 'Ledger', description: 'What purchases did to it.' };

const tag = ledgerTag.name;
const purchaseId = '01a20748-0b54-72fd-8af3-b38f10357853';

/** What `financeRoutes` does. */
export const financeOperations: readonly Operation[] = [
  {
    ...{ method: 'get', path: '/entries/{purchaseId}', id: 'findPosting', tag, access: 'open' },
    summary: 'Shows how a purchase was posted.',
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
        description: 'The posting.',
        schema: postingSchema,
        example: {
          ...{ purchaseId, sequence: 1, currency: 'GBP' },
          lines: [
            { account: 'accounts-receivable', debit: 2500, credit: 0 },
            { account: 'sales', debit: 0, credit: 2500 },
          ],
        },
      },
    ],
    problems: [problemTypes.notFound],
  },
  {
    ...{ method: 'get', path: '/summary', id: 'readSummary', tag, access: 'open' },
    summary: 'Adds up the ledger.',
    answers: [
      {
        status: 200,
        description: 'As of now.',
        schema: summarySchema,
        example: { purchases: 4, totals: { EUR: 14700, GBP: 2500 }, balanced: true },
      },
    ],
  },
];
