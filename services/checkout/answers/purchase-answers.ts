import { z } from 'zod';

import { purchaseFields } from '../../../shared/purchase/schemas.js';

import { deliverySchema, purchaseSummarySchema } from './delivery-answers.js';

const { id, sequence, customerId, currency, items, total, acceptedAt } = purchaseFields;

/** The 201: it is made from the log record alone, so it says the same at any time. */
export const acceptedSchema = z
  .object({
    ...{ id, sequence },
    status: z.literal('accepted'),
    ...{ acceptedAt, currency, total },
    deliveries: z.record(z.string(), z.literal('pending')).describe('By destination: what the purchase is owed to.'),
  })
  .meta({
    id: 'AcceptedPurchase',
    description: 'A purchase as it was accepted. A repeated request gets the very same.',
  });

export const purchaseSchema = z
  .object({
    ...{ id, sequence },
    status: z
      .enum(['accepted', 'confirmed', 'parked'])
      .describe('`confirmed`: by every destination; `parked`: at one at least, so that a person must decide.'),
    ...{ acceptedAt, customerId, currency, items, total },
    deliveries: z.record(z.string(), deliverySchema).describe('By destination.'),
  })
  .meta({ id: 'Purchase', description: 'A purchase, and how far it has come.' });

export const purchaseListSchema = z.object({ purchases: z.array(purchaseSummarySchema) }).meta({ id: 'PurchaseList' });
