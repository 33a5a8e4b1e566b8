import { describe, expect, it } from '@jest/globals';

import { AcknowledgedPurchases } from '../../shared/audit/acknowledged-purchases.js';
import type { BookEntry } from '../../shared/audit/types.js';
import { seededRandom } from '../../shared/customers/seeded-random.js';
import { sampleId } from '../support/sample-purchase.js';
import { entry } from '../support/scripted-shop.js';

const seeds = 60;

function all(told: AcknowledgedPurchases): BookEntry[] {
  return Array.from({ length: told.size }, (_, index) => told.at(index)!);
}

/** What it must hold: each once, in sequence order, then by nothing that matters. */
function inOrder(entries: readonly BookEntry[]): string[] {
  return [...new Set(entries.map((each) => JSON.stringify(each)))].toSorted(
    (one, other) => (JSON.parse(one) as BookEntry).sequence - (JSON.parse(other) as BookEntry).sequence,
  );
}

describe('acknowledged purchases', () => {
  it('are none at first', () => {
    const told = new AcknowledgedPurchases();
    expect(told.size).toBe(0);
    expect(told.at(0)).toBeUndefined();
  });

  it('come back as they were told, to the last digit', () => {
    const told = new AcknowledgedPurchases();
    const entries = [
      entry(1, { id: 'ffffffff-ffff-7fff-bfff-ffffffffffff', total: Number.MAX_SAFE_INTEGER, currency: 'KWD' }),
      entry(Number.MAX_SAFE_INTEGER, { id: '00000000-0000-7000-8000-000000000001', total: 0, currency: 'JPY' }),
    ];
    for (const each of entries) told.add(each);
    expect(all(told)).toEqual(entries);
    expect(told.at(2)).toBeUndefined();
  });

  it('keep both of two that share a number, or an id, or differ in the sum alone', () => {
    const told = new AcknowledgedPurchases();
    const entries = [entry(1), entry(1, { id: sampleId(2) }), entry(2), entry(3), entry(3, { total: 1 })];
    for (const each of [...entries, ...entries]) told.add(each);
    expect(told.size).toBe(entries.length);
    expect(inOrder(all(told)).toSorted()).toEqual(inOrder(entries).toSorted());
  });

  it('are as a list has them that is sorted, whatever order they came in and however often', () => {
    for (let seed = 1; seed <= seeds; seed += 1) {
      const random = seededRandom(seed);
      const below = (limit: number) => Math.floor(random() * limit);
      const told = new AcknowledgedPurchases();
      const entries: BookEntry[] = [];
      // Beyond its first capacity, and twice that.
      const count = below(seed % 10 === 0 ? 5000 : 200);
      while (entries.length < count) {
        const sequence = 1 + below(count * 2);
        const currency = ['GBP', 'EUR', 'JPY'][below(3)]!;
        const added = random() < 0.2 ? entries[below(entries.length)] : entry(sequence, { currency });
        if (!added) continue;
        entries.push(added);
        told.add(added);
        // A look in between must not fix the order.
        if (random() < 0.01) expect(told.size).toBe(new Set(entries.map((each) => JSON.stringify(each))).size);
      }
      const found = all(told);
      const sequences = found.map(({ sequence }) => sequence);
      const expected = inOrder(entries);
      expect({ seed, sequences }).toEqual({ seed, sequences: sequences.toSorted((one, other) => one - other) });
      const texts = found.map((each) => JSON.stringify(each));
      expect({ seed, texts: texts.toSorted() }).toEqual({ seed, texts: expected.toSorted() });
    }
  });

  it.each(['', 'alice', sampleId(0xab).toUpperCase(), `${sampleId(1)}0`])('refuse the id "%s"', (id) => {
    expect(() => {
      new AcknowledgedPurchases().add(entry(1, { id }));
    }).toThrow(RangeError);
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 53])('refuse the sequence %d', (sequence) => {
    expect(() => {
      new AcknowledgedPurchases().add(entry(1, { sequence }));
    }).toThrow(RangeError);
  });
});
