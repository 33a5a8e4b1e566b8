import { z } from 'zod';

import type { Posting, PostingLine, Summary } from './types.js';

const amount = z.int().min(0);

const lineSchema: z.ZodType<PostingLine> = z
  .object({ account: z.enum(['accounts-receivable', 'sales']), debit: amount, credit: amount })
  .meta({ id: 'PostingLine', description: 'One side of a posting, in minor units; one of the two amounts is 0.' });

export const postingSchema: z.ZodType<Posting> = z
  .object({ purchaseId: z.guid(), sequence: z.int().min(1), currency: z.string(), lines: z.array(lineSchema) })
  .meta({ id: 'Posting', description: 'What a purchase did to the ledger. Its debits add up to its credits.' });

export const summarySchema: z.ZodType<Summary> = z
  .object({
    purchases: z.int().min(0),
    totals: z.record(z.string(), z.number().min(0)).describe('Sales by currency, in its minor units.'),
    balanced: z.boolean().describe('Whether debits and credits are equal in every currency.'),
  })
  .meta({ id: 'Summary', description: 'The ledger, added up.' });
