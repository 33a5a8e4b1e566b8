import { z } from 'zod';

import { currencies } from './currencies.js';
import { limits } from './limits.js';
import { orderTotal } from './order-total.js';
import type { Order, PurchaseEvent } from './types.js';

/** Text that prints: no control characters, no lone surrogates (UTF-8 could not carry them through the log). */
const printable = /^[^\p{Cc}\p{Cs}]+$/u;

const amount = (max: number) =>
  z.int('must be a whole number of minor units').min(0, 'must not be negative').max(max, `must be at most ${max}`);

/** Stock-keeping unit. */
export const skuSchema = z
  .string('must be a string')
  .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces')
  .max(limits.skuLengthMax, `must be at most ${limits.skuLengthMax} characters`);

const item = z
  .strictObject({
    sku: skuSchema.describe('Stock-keeping unit.'),
    quantity: z
      .int('must be a whole number')
      .min(1, 'must be at least 1')
      .max(limits.quantityMax, `must be at most ${limits.quantityMax}`),
    unitPrice: amount(limits.unitPriceMax).describe('In minor units of the currency (pence, cents).'),
  })
  .meta({ id: 'Item', description: 'One line of a cart.' });

const currency = z
  .string('must be a string')
  .refine((code) => currencies.has(code), 'must be an active ISO 4217 code, for example GBP')
  .meta({ id: 'Currency', description: 'Active code of ISO 4217.', enum: [...currencies] });

const orderFields = {
  customerId: z
    .string('must be a string')
    .regex(printable, 'must be printable text')
    .max(limits.customerIdLengthMax, `must be at most ${limits.customerIdLengthMax} characters`),
  currency,
  items: z
    .array(item, 'must be a list of items')
    .min(1, 'must hold at least one item')
    .max(limits.itemsMax, `must hold at most ${limits.itemsMax} items`),
};

/** The body of `POST /checkout`. Unknown fields are refused: a misspelt one must not be dropped in silence. */
export const orderSchema: z.ZodType<Order> = z
  .strictObject(orderFields, 'must be an object')
  .refine((order) => orderTotal(order.items) <= limits.totalMax, {
    path: ['items'],
    message: `total must be at most ${limits.totalMax} minor units`,
  })
  .meta({
    id: 'Order',
    description: `What a customer asks to buy. The sum of quantity × unitPrice must be at most ${limits.totalMax} minor units.`,
  });

const instant = z.iso.datetime('must be an RFC 3339 time in UTC');

const total = amount(limits.totalMax).describe('Sum of quantity × unitPrice, in minor units.');

/** Every field of a purchase, for the schemas of answers too. */
export const purchaseFields = {
  id: z
    .guid('must be a UUID')
    .describe('The same wherever the purchase is spoken of, and the `webhook-id` of its deliveries.'),
  sequence: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .describe('Its place in the log of the checkout: 1, 2, 3 … without gaps.'),
  ...orderFields,
  total,
  acceptedAt: instant.describe('When it was accepted, in UTC.'),
};

/** One event as a destination receives it. Field order is fixed by the schema, so equal data serialises equally. */
export const eventSchema: z.ZodType<PurchaseEvent> = z
  .strictObject({
    type: z.literal('purchase.accepted', 'must be purchase.accepted'),
    timestamp: instant.describe('When the purchase was accepted, in UTC.'),
    data: z.strictObject(purchaseFields).refine((data) => data.total === orderTotal(data.items), {
      path: ['total'],
      message: 'must be the sum of quantity × unitPrice',
    }),
  })
  .meta({ id: 'PurchaseEvent', description: 'One purchase, as every destination gets it.' });
