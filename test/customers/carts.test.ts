import { describe, expect, it } from '@jest/globals';

import { fillCart, nextOrder } from '../../shared/customers/carts.js';
import { catalogue } from '../../shared/customers/catalogue.js';
import { customerNumbered } from '../../shared/customers/customer.js';
import { createRandom } from '../../shared/customers/random.js';
import { zipf } from '../../shared/customers/zipf.js';
import { orderSchema } from '../../shared/purchase/schemas.js';
import type { Order } from '../../shared/purchase/types.js';

const seed = 5;
const ordersOf = (from: number, count: number): Order[] => {
  const random = createRandom(from);
  return Array.from({ length: count }, () => nextOrder(random));
};
const countedBy = <T>(all: readonly T[], keyOf: (one: T) => string | number) => {
  const counts = new Map<string | number, number>();
  for (const one of all) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1);
  return [...counts].toSorted(([, one], [, other]) => other - one);
};

describe('the orders of customers', () => {
  const orders = ordersOf(seed, 5_000);

  it('are the same for the same seed, so that a run can be had again, and others for another', () => {
    expect(ordersOf(seed, 50)).toEqual(orders.slice(0, 50));
    expect(ordersOf(seed + 1, 50)).not.toEqual(orders.slice(0, 50));
  });

  it('are orders that a checkout takes, whatever the seed', () => {
    for (let other = 0; other < 100; other += 1) {
      for (const order of ordersOf(other, 20)) expect(orderSchema.safeParse(order)).toMatchObject({ success: true });
    }
  });

  it('hold few things, now and then eight, each once', () => {
    const sizes = countedBy(orders, ({ items }) => items.length);
    expect(sizes.map(([size]) => size)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    for (const { items } of orders) expect(new Set(items.map(({ sku }) => sku)).size).toBe(items.length);
    expect(sizes[0]![1] / orders.length).toBeCloseTo(1 - 0.42, 1);
  });

  it('are mostly for a single piece, and never for more than six', () => {
    const quantities = orders.flatMap(({ items }) => items.map(({ quantity }) => quantity));
    expect([...new Set(quantities)].toSorted()).toEqual([1, 2, 3, 4, 5, 6]);
    const single = quantities.filter((quantity) => quantity === 1).length;
    expect(single / quantities.length).toBeCloseTo(0.85, 1);
  });

  it('are for everything in the catalogue, and for its first product most', () => {
    const sold = countedBy(
      orders.flatMap(({ items }) => items),
      ({ sku }) => sku,
    );
    expect(sold[0]![0]).toBe(catalogue[0]!.sku);
    expect(sold.map(([sku]) => sku).toSorted()).toEqual(catalogue.map(({ sku }) => sku).toSorted());
  });

  it('come from a few who buy often and many who buy once, each always in one currency', () => {
    const buyers = countedBy(orders, ({ customerId }) => customerId);
    expect(buyers[0]![0]).toBe('customer-0');
    expect(buyers[0]![1]).toBeGreaterThan(orders.length / 20);
    expect(buyers.filter(([, bought]) => bought === 1).length).toBeGreaterThan(buyers.length / 2);
    const currencies = new Map<string, Set<string>>();
    for (const { customerId, currency } of orders) {
      currencies.set(customerId, (currencies.get(customerId) ?? new Set()).add(currency));
    }
    expect([...currencies.values()].every(({ size }) => size === 1)).toBe(true);
  });

  it('are in whole yen where a customer pays in yen, which has no smaller unit, and in all currencies', () => {
    const random = createRandom(seed);
    const japanese = fillCart({ id: 'someone', currency: 'JPY' }, random);
    for (const { sku, unitPrice } of japanese.items) {
      expect(unitPrice).toBe(Math.round(catalogue.find((product) => product.sku === sku)!.price * 1.93));
    }
    // Four customers at a time, as the stories have them, use more than one currency.
    expect(new Set([0, 1, 2, 3].map((number) => customerNumbered(number).currency)).size).toBeGreaterThan(1);
    expect(new Set(orders.map(({ currency }) => currency))).toEqual(new Set(['GBP', 'EUR', 'USD', 'JPY']));
  });
});

describe("Zipf's law", () => {
  it('never leaves the list, also with the numbers at the ends', () => {
    for (const length of [1, 2, 36, 10_000, 1_000_000]) {
      const at = (next: number) => zipf({ ...createRandom(1), next: () => next }, length);
      expect(at(0)).toBe(0);
      expect(at(1 - 2 ** -32)).toBe(length - 1);
    }
  });
});
