import type { Item, Order } from '../purchase/index.js';
import { catalogue } from './catalogue.js';
import { customerNumbered, type Currency, type Customer } from './customer.js';
import type { Random } from './random.js';
import { zipf } from './zipf.js';

const customers = 10_000;
const itemsMax = 8;
const anotherItemChance = 0.42;
const severalChance = 0.15;
const quantityMax = 6;

/** Minor units of a currency for a penny; the yen has no smaller unit. */
const minorUnitsPerPenny: Readonly<Record<Currency, number>> = { GBP: 1, EUR: 1.17, USD: 1.29, JPY: 1.93 };

/**
 * What a customer takes to the till: mostly one thing or two, eight at most, each once in a cart and mostly a single piece; what is
 * wanted most is there most.
 */
export function fillCart({ id, currency }: Customer, random: Random): Order {
  const shelf = [...catalogue];
  const items: Item[] = [];
  do {
    const [product] = shelf.splice(zipf(random, shelf.length), 1);
    if (product === undefined) throw new RangeError('the shelf is empty');
    items.push({
      sku: product.sku,
      quantity: random.next() < severalChance ? random.integer(2, quantityMax) : 1,
      unitPrice: Math.round(product.price * minorUnitsPerPenny[currency]),
    });
  } while (items.length < itemsMax && random.next() < anotherItemChance);
  return { customerId: id, currency, items };
}

/** The next order of a shop with ten thousand customers, of whom a few buy often and most now and then. */
export function nextOrder(random: Random): Order {
  return fillCart(customerNumbered(zipf(random, customers)), random);
}
