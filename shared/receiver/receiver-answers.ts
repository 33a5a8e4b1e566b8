import { z } from 'zod';

import { purchaseFields } from '../purchase/schemas.js';

import type { AuditEntry, Gap, Holding } from './types.js';

const { id, sequence, total, currency } = purchaseFields;
const count = z.int().min(0);
const applied = z
  .enum(['applied', 'duplicate'])
  .describe('`duplicate`: it was there already. Either way it is stored: do not send it again.');

export const eventResultSchema = z
  .union([
    z.object({ id: z.string(), status: applied }),
    z.object({
      id: z.string().nullable().describe('null if the event has none that is a string.'),
      status: z
        .enum(['rejected', 'retry'])
        .describe('`rejected`: sending it again is of no use; `retry`: nothing was kept.'),
      detail: z.string(),
    }),
  ])
  .meta({ id: 'EventResult', description: 'What became of one event of a batch.' });

/** Of one event, and of a batch. */
export const deliveryAnswerSchema = z
  .union([
    z.object({ status: applied }),
    z.object({ results: z.array(eventResultSchema).describe('One for each event, in the order in which they came.') }),
  ])
  .meta({ id: 'DeliveryAnswer', description: '`status` for one event, `results` for a batch.' });

const auditEntrySchema: z.ZodType<AuditEntry> = z
  .object({ sequence, id, total, currency })
  .meta({ id: 'AuditEntry', description: 'One purchase that is held.' });

export const auditSchema = z.object({ entries: z.array(auditEntrySchema) }).meta({ id: 'Audit' });

const gapSchema: z.ZodType<Gap> = z
  .object({ first: count, last: count })
  .meta({ id: 'Gap', description: 'Sequences that are not held, both ends included.' });

const holdingFields = {
  purchases: count.describe('How many are held.'),
  lowest: count.describe('0 when nothing is held.'),
  highest: count.describe('0 when nothing is held.'),
  missing: count.describe('Sequences from 1 to the highest that are not held, for whatever reason.'),
} satisfies Record<keyof Holding, z.ZodType>;

export const gapsSchema = z.object({ ...holdingFields, gaps: z.array(gapSchema) }).meta({ id: 'Gaps' });
