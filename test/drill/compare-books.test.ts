import { describe, expect, it } from '@jest/globals';
import { v7 } from 'uuid';

import { createRandom } from '../../shared/customers/random.js';
import type { Audited } from '../../shared/shop-client/shop-answers.js';
import { compareBooks } from './compare-books.js';
import { Receipts } from './receipts.js';

const currencies = ['GBP', 'EUR', 'JPY'];

type Told = Parameters<Receipts['enter']>[0];

function acknowledged(sequence: number): Told {
  const currency = currencies[sequence % 3]!;
  const items = [{ sku: 'BOOK-1', quantity: 2, unitPrice: sequence * 100 }];
  return { order: { customerId: 'alice', currency, items }, purchase: { id: v7(), sequence } };
}

function receiptsOf(all: readonly Told[]): Receipts {
  const receipts = new Receipts();
  for (const each of all) receipts.enter(each);
  return receipts;
}

async function faults(receipts: Receipts, rows: readonly Audited[], after = 0): Promise<string[]> {
  const found: string[] = [];
  // A receiver's book comes page by page.
  async function* pages() {
    for (const row of rows) yield await Promise.resolve(row);
  }
  for await (const fault of compareBooks(receipts, pages(), after)) found.push(fault);
  return found;
}

describe('receipts', () => {
  it('tell what customers were told, in whatever order they were told, of many', () => {
    const random = createRandom(1);
    const all = Array.from({ length: 10_000 }, (_, index) => acknowledged(index + 1));
    const receipts = receiptsOf(all.toSorted(() => random.next() - 0.5));
    expect(receipts).toMatchObject({ count: 10_000, end: 10_000, faults: [] });
    for (const { order, purchase } of all) {
      const { id, sequence } = purchase;
      expect(receipts.at(sequence)).toEqual({ sequence, id, total: sequence * 200, currency: order.currency });
    }
    expect(receipts.at(0)).toBeUndefined();
    expect(receipts.at(10_001)).toBeUndefined();
  });

  it('sum up as the receivers do', () => {
    const receipts = receiptsOf([1, 2, 4].map(acknowledged));
    expect(receipts.warehouse).toEqual({ purchases: 3, units: 6 });
    expect(receipts.finance).toEqual({ purchases: 3, totals: { EUR: 1000, JPY: 400 }, balanced: true });
  });

  it('keep a number that was given twice as a fault: one of the two purchases is lost', () => {
    const receipts = receiptsOf([acknowledged(1), acknowledged(2), acknowledged(2)]);
    expect(receipts.faults).toHaveLength(1);
    expect(receipts.faults[0]).toMatch(/^number 2 was given to two purchases/);
    expect(receipts.count).toBe(2);
  });
});

describe('a book held against the receipts', () => {
  const receipts = receiptsOf([1, 2, 3, 4, 5].map(acknowledged));
  const told = [1, 2, 3, 4, 5].map((sequence) => receipts.at(sequence)!);
  const without = (sequence: number) => told.filter((row) => row.sequence !== sequence);
  const changed = (sequence: number, change: Partial<Audited>) =>
    told.map((row) => (row.sequence === sequence ? { ...row, ...change } : row));
  const twice = told.toSpliced(2, 0, told[1]!);

  it('has no fault when it holds what was sold, also from a place on where it was compared before', async () => {
    expect(await faults(receipts, told)).toEqual([]);
    expect(await faults(receipts, told.slice(3), 3)).toEqual([]);
  });

  it.each<[string, readonly Audited[], RegExp]>([
    ['lost the first purchase', without(1), /^number 1 .* is missing$/],
    ['lost one in the middle', without(3), /^number 3 .* is missing$/],
    ['lost the last one', without(5), /^number 5 .* is missing$/],
    ['has one twice', twice, /^number 2 .* stands there where number 2 was before$/],
    ['charges another sum', changed(4, { total: 1 }), /^sold was number 4 .* 800 EUR\), and there is .* 1 EUR\)$/],
    ['charges in another currency', changed(4, { currency: 'JPY' }), /^sold was number 4 .* 800 JPY\)$/],
    ['has another purchase in its place', changed(4, { id: v7() }), /^sold was number 4/],
    ['has one that nobody bought', [...told, { ...told[0]!, sequence: 6 }], /^number 6 .* was never sold$/],
  ])('names the purchase when it %s', async (_what, rows, words) => {
    const found = await faults(receipts, rows);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(words);
  });

  it('names all that an empty one has lost', async () => {
    expect(await faults(receipts, [])).toHaveLength(5);
  });
});
