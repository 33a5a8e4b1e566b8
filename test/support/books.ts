import { expect } from '@jest/globals';

import { orderTotal } from '../../shared/purchase/index.js';
import type { Acknowledged } from './purchase-stream.js';
import type { ShopClient } from './shop-client.js';

const lookUpsAtATime = 8;

/**
 * Waits until everything is confirmed and holds the books of all three services against what customers were told: each
 * purchase is there exactly once, for what was ordered, in the same place of the order of all purchases, and nothing else is.
 */
export async function expectBooksToAgree(shop: ShopClient, acknowledged: readonly Acknowledged[]): Promise<void> {
  const status = await shop.untilAllConfirmed();
  const told = acknowledged
    .map(({ order, purchase: { id, sequence } }) => ({
      sequence,
      id,
      total: orderTotal(order.items),
      currency: order.currency,
    }))
    .toSorted((one, other) => one.sequence - other.sequence);

  expect(told.map(({ sequence }) => sequence)).toEqual(told.map((_, index) => index + 1));
  expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
  expect(status.log.durableSequence).toBe(told.length);
  expect(await shop.audit('warehouse')).toEqual(told);
  expect(await shop.audit('finance')).toEqual(told);

  expect(await shop.warehouseSummary()).toEqual({ purchases: told.length, units: units(acknowledged) });
  expect(await shop.financeSummary()).toEqual({ purchases: told.length, totals: totals(told), balanced: true });

  await eachAtATime(lookUpsAtATime, acknowledged, async ({ order, purchase }) => {
    const { id, sequence, acceptedAt } = purchase;
    expect(await shop.purchase(id)).toMatchObject({
      id,
      sequence,
      acceptedAt,
      status: 'confirmed',
      currency: order.currency,
      total: orderTotal(order.items),
    });
  });
}

function units(acknowledged: readonly Acknowledged[]): number {
  let sum = 0;
  for (const { order } of acknowledged) for (const { quantity } of order.items) sum += quantity;
  return sum;
}

function totals(purchases: readonly { currency: string; total: number }[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { currency, total } of purchases) sums[currency] = (sums[currency] ?? 0) + total;
  return sums;
}

async function eachAtATime<T>(width: number, all: readonly T[], look: (one: T) => Promise<void>): Promise<void> {
  const left = all.values();
  const lookOn = async () => {
    for (const one of left) await look(one);
  };
  await Promise.all(Array.from({ length: width }, lookOn));
}
