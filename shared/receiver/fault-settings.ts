import { z } from 'zod';

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
export const faultSettingsSchema: z.ZodType<FaultSettings> = z.strictObject(
  {
    status: wholeNumber(300, 599),
    rate,
    retryAfterSeconds: wholeNumber(0, 3600),
    latencyMs: wholeNumber(0, 60_000),
    hangRate: rate,
    dropAfterCommitRate: rate,
  },
  'must be an object',
);
