import { z } from 'zod';

import type { Reservation, ReservationLine, Summary } from './types.js';

const count = z.int().min(0);

const lineSchema: z.ZodType<ReservationLine> = z
  .object({
    sku: z.string(),
    quantity: z.int().min(1),
    reserved: count,
    backOrdered: count.describe('What was short.'),
  })
  .meta({
    id: 'ReservationLine',
    description: 'One SKU of a purchase; `quantity` is `reserved` and `backOrdered` together.',
  });

export const reservationSchema: z.ZodType<Reservation> = z
  .object({ purchaseId: z.guid(), sequence: z.int().min(1), lines: z.array(lineSchema) })
  .meta({ id: 'Reservation', description: 'What the warehouse did for a purchase.' });

export const summarySchema: z.ZodType<Summary> = z
  .object({ purchases: count, units: count.describe('Reserved or back-ordered.') })
  .meta({ id: 'Summary', description: 'All purchases received, and all units in them.' });
