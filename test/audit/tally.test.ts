import { describe, expect, it } from '@jest/globals';

import { KindTally, MoneyTally } from '../../shared/audit/tally.js';
import { sampleId } from '../support/sample-purchase.js';
import { entry } from '../support/scripted-shop.js';

describe('a tally', () => {
  it('counts all of a kind, and names the first with what there is to say of them', () => {
    const tally = new KindTally(2);
    tally.add(entry(1), 'torn');
    tally.add(entry(2));
    tally.add(entry(3), 'lost');
    expect(tally.kind).toEqual({
      count: 3,
      first: [
        { sequence: 1, id: sampleId(1), detail: 'torn' },
        { sequence: 2, id: sampleId(2) },
      ],
    });
  });

  it('names none where none are wanted', () => {
    const tally = new KindTally(0);
    tally.add(entry(1));
    expect(tally.kind).toEqual({ count: 1, first: [] });
  });

  it('adds up by currency, also beyond what a number can hold', () => {
    const tally = new MoneyTally();
    const most = 1_000_000_000_000;
    const page = Array.from({ length: 1000 }, (_, index) => entry(index, { total: most }));
    for (let pages = 0; pages < 10; pages += 1) tally.add([...page, entry(1, { total: 1, currency: 'JPY' })]);
    expect(tally.money).toEqual({ GBP: 10_000_000_000_000_000n, JPY: 10n });
  });

  it('is exact where sums are far beyond any purchase: a book may say so', () => {
    const tally = new MoneyTally();
    tally.add([entry(1, { total: Number.MAX_SAFE_INTEGER }), entry(2, { total: 2 }), entry(3, { total: 2 })]);
    expect(tally.money).toEqual({ GBP: BigInt(Number.MAX_SAFE_INTEGER) + 4n });
  });
});
