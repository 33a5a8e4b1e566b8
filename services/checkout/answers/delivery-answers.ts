import { z } from 'zod';

import { purchaseFields } from '../../../shared/purchase/schemas.js';

import { deliveryStates } from '../delivery-states.js';

const instant = z.iso.datetime();
const { id, sequence, customerId, currency, total, acceptedAt } = purchaseFields;

export const deliveryStateSchema = z.enum(deliveryStates).meta({
  id: 'DeliveryState',
  description:
    '`pending`: to be delivered; `confirmed`: it said yes; `retrying`: it will be tried again; `parked`: it said no for good, ' +
    'and a person must decide; `discarded`: a person gave it up.',
});

/** What became of a delivery; what does not apply is left out. */
export const deliveryFields = {
  state: deliveryStateSchema,
  attempts: z.int().min(0),
  confirmedAt: instant.optional(),
  parkedAt: instant.optional(),
  discardedAt: instant.optional(),
  lastAttemptAt: instant.optional().describe('While retrying.'),
  nextAttemptAt: instant.optional().describe('While retrying.'),
  lastError: z
    .string()
    .optional()
    .describe('While retrying or parked: what the destination said, or why it said nothing.'),
  reason: z.string().optional().describe('Why it was discarded.'),
};

export const deliverySchema = z.object(deliveryFields).meta({
  id: 'Delivery',
  description: 'What is on record of a purchase at one destination; what does not apply is left out.',
});

const destination = z.string().describe('Its name.');

export const listedDeliverySchema = z
  .object({ sequence, destination, ...deliveryFields })
  .meta({ id: 'ListedDelivery', description: 'A delivery, with what it is of and where to.' });

export const purchaseSummarySchema = z
  .object({
    ...{ sequence, id, customerId, currency, total, acceptedAt },
    caller: z.string().optional().describe('Name of the API key that it was bought with, if there was one.'),
  })
  .meta({ id: 'PurchaseSummary', description: 'A purchase, without its items.' });

export const decisionSchema = z
  .object({
    number: z.int().min(1).describe('1, 2, 3 … in the order in which they took effect.'),
    at: instant,
    what: z.enum(['retry', 'redeliver', 'discard', 'pause', 'resume', 'add', 'remove', 'restore']),
    destination,
    sequence: sequence.optional().describe('Absent where it is about the destination itself.'),
    why: z.string().optional().describe('Absent where no reason was given.'),
    before: z.string().optional().describe('What had become of the delivery until then.'),
    rate: z.number().optional().describe('Of a resume: purchases per second until it has caught up.'),
  })
  .meta({ id: 'Decision', description: 'What a person decided, on record since it took effect.' });

export const deliveryListSchema = z.object({ deliveries: z.array(listedDeliverySchema) }).meta({ id: 'DeliveryList' });

export const oneDeliverySchema = z
  .object({
    ...{ sequence, destination, ...deliveryFields },
    purchase: purchaseSummarySchema,
    decisions: z.array(decisionSchema).describe('What was decided about it, oldest first.'),
  })
  .meta({
    id: 'DeliveryInFull',
    description: 'A delivery, with the purchase it is about and what was decided about it.',
  });

export const decisionListSchema = z.object({ decisions: z.array(decisionSchema) }).meta({ id: 'DecisionList' });

export const retriedSchema = z.object({ state: z.literal('retrying') }).meta({ id: 'Retried' });

export const retriedManySchema = z
  .object({
    retried: z.int().min(0).describe('How many are tried again.'),
    more: z.boolean().describe('Whether others are still parked: ask again.'),
  })
  .meta({ id: 'RetriedMany' });

export const redeliveredSchema = z
  .object({
    redelivered: z.array(sequence).describe('What is delivered again, in ascending order.'),
    refused: z
      .array(
        z.object({
          sequence,
          reason: z
            .enum(['pending', 'retrying', 'parked', 'discarded', 'not-found', 'no-room', 'busy'])
            .describe(
              '`pending`, `retrying`: still to be delivered anyway; `parked`: a retry is for those; `discarded`: a person gave it up; ' +
                '`not-found`: there is no such purchase, or it is not owed to that destination; `no-room`: the destination has as ' +
                'many purchases to deliver as it may: ask again later; `busy`: another decision about it is under way.',
            ),
        }),
      )
      .describe('What is not, in ascending order, and why.'),
  })
  .meta({ id: 'Redelivered', description: 'Each sequence that was asked for, in one of the two.' });

export const discardedSchema = z
  .object({ state: z.literal('discarded'), reason: z.string() })
  .meta({ id: 'Discarded' });

export const pausedSchema = z.object({ paused: z.boolean() }).meta({ id: 'Paused' });
