import { z } from 'zod';

import { skuSchema } from '../purchase/schemas.js';

import type { FaultSettings } from './types.js';

const rate = z.number('must be a number').min(0, 'must be at least 0').max(1, 'must be at most 1').optional();

const wholeNumber = (min: number, max: number) => {
  const message = `must be a whole number from ${min} to ${max}`;
  return z.int(message).min(min, message).max(max, message).optional();
};

/**
 * The body of `PUT /faults`. A status below 300 is refused: a delivery that is confirmed and not stored is a lost purchase, not
 * a fault to recover from.
 */
export const faultSettingsSchema: z.ZodType<FaultSettings> = z
  .strictObject(
    {
      status: wholeNumber(300, 599).describe('Answer with it instead of doing the work.'),
      rate: rate.describe('How often `status` is answered; 1 if absent.'),
      sku: skuSchema.optional().describe('`status` is for deliveries that hold this SKU alone.'),
      retryAfterSeconds: wholeNumber(0, 3600).describe('`Retry-After` that goes with `status`.'),
      latencyMs: wholeNumber(0, 60_000).describe('What every delivery waits first.'),
      hangRate: rate.describe('How often a delivery is never answered.'),
      dropAfterCommitRate: rate.describe(
        'How often the work is done and kept, and the connection cut without an answer.',
      ),
    },
    'must be an object',
  )
  .meta({ id: 'FaultSettings', description: 'Each fault is off if absent; rates are probabilities from 0 to 1.' });
