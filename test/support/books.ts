import { expect } from '@jest/globals';

import { orderTotal } from '../../shared/purchase/index.js';
import { expectedBooks } from './expected-books.js';
import type { Acknowledged } from '../../shared/customers/purchase-stream.js';
import type { ShopClient } from '../../shared/shop-client/shop-client.js';

const lookUpsAtATime = 8;

/**
 * Waits until everything is confirmed and holds the books of all three services against what customers were told: each
 * purchase is there exactly once, for what was ordered, in the same place of the order of all purchases, and nothing else is.
 */
export async function expectBooksToAgree(shop: ShopClient, acknowledged: readonly Acknowledged[]): Promise<void> {
  const status = await shop.untilAllConfirmed();
  const { rows: told, warehouse, finance } = expectedBooks(acknowledged);

  expect(told.map(({ sequence }) => sequence)).toEqual(told.map((_, index) => index + 1));
  expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
  expect(status.log.durableSequence).toBe(told.length);
  expect(await shop.audit('warehouse')).toEqual(told);
  expect(await shop.audit('finance')).toEqual(told);

  expect(await shop.warehouseSummary()).toEqual(warehouse);
  expect(await shop.financeSummary()).toEqual(finance);

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

async function eachAtATime<T>(width: number, all: readonly T[], look: (one: T) => Promise<void>): Promise<void> {
  const left = all.values();
  const lookOn = async () => {
    for (const one of left) await look(one);
  };
  await Promise.all(Array.from({ length: width }, lookOn));
}
