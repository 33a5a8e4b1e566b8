import { describe, expect, it } from '@jest/globals';

import type { Audited } from '../../shared/shop-client/shop-answers.js';
import { compareRows } from './compare-rows.js';

const told: Audited[] = [1, 2, 3].map((sequence) => ({ sequence, id: `id-${sequence}`, total: 500, currency: 'GBP' }));
const [first, second, third] = told as [Audited, Audited, Audited];

describe('compareRows', () => {
  it('has nothing to say of a book that holds what was sold', () => {
    expect(compareRows(told, told)).toEqual([]);
    expect(compareRows([], [])).toEqual([]);
  });

  it.each<[string, Audited[], RegExp]>([
    ['that lost a purchase', [first, third], /purchase 2 .* is missing/],
    ['that has one twice', [first, second, second, third], /purchase 2 .* is there twice/],
    ['that has one under two numbers', [first, second, third, { ...second, sequence: 4 }], /is there twice/],
    ['that charges another sum', [first, { ...second, total: 501 }, third], /for 500 GBP, and there .* for 501 GBP/],
    ['in another currency', [first, { ...second, currency: 'EUR' }, third], /for 500 GBP, and there .* for 500 EUR/],
    ['with another number', [first, second, { ...third, sequence: 4 }], /number 3 .*, and there number 4/],
    ['that has one that nobody bought', [...told, { ...first, id: 'id-9' }], /purchase 1 \(id-9\) was never sold/],
  ])('names the purchase in a book %s', (_what, held, words) => {
    const faults = compareRows(told, held);
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.join('; ')).toMatch(words);
  });
});
