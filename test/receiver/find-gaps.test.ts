import { describe, expect, it } from '@jest/globals';

import { findGaps } from '../../shared/receiver/find-gaps.js';
import { anySeed, createRandom } from '../../shared/customers/random.js';

/** A receiver that holds these sequences, and counts how often it was asked. */
function holding(held: readonly number[]) {
  const runs: number[] = [];
  const sequencesAfter = (after: number, limit: number) => {
    runs.push(limit);
    const from = held.findIndex((sequence) => sequence > after);
    return from < 0 ? [] : held.slice(from, from + limit);
  };
  return { sequencesAfter, runs };
}

const all = { after: 0, limit: 1000 };

describe('the gaps in what a receiver holds', () => {
  const seed = anySeed();

  it(`are exactly what is missing, on pages of any size, or a lost purchase would not be looked for (seed ${seed})`, async () => {
    const random = createRandom(seed);
    for (let round = 0; round < 200; round += 1) {
      const highest = random.integer(1, 40);
      const held = Array.from({ length: highest }, (_, index) => index + 1).filter(() => random.integer(0, 2) > 0);
      const twice = held.flatMap((sequence) => (random.integer(0, 4) === 0 ? [sequence, sequence] : [sequence]));
      const top = held.at(-1) ?? 0;
      const missing = Array.from({ length: top }, (_, index) => index + 1).filter((n) => !held.includes(n));
      const found: number[] = [];
      const limit = random.integer(1, 5);
      for (let after = 0; ;) {
        const gaps = await findGaps(holding(twice).sequencesAfter, { after, limit });
        for (const { first, last } of gaps) for (let n = first; n <= last; n += 1) found.push(n);
        if (gaps.length < limit) break;
        after = gaps.at(-1)!.last;
      }
      expect(found).toEqual(missing);
    }
  });

  it('are looked for in runs, or one question about a million purchases would hold up all deliveries', async () => {
    const held = Array.from({ length: 50_000 }, (_, index) => index + 1).filter((n) => n !== 20_001 && n !== 45_000);
    const { sequencesAfter, runs } = holding(held);
    let turns = 0;
    const count = () => {
      turns += 1;
      if (turns < 100) setImmediate(count);
    };
    setImmediate(count);
    expect(await findGaps(sequencesAfter, all)).toEqual([
      { first: 20_001, last: 20_001 },
      { first: 45_000, last: 45_000 },
    ]);
    expect(runs).toEqual([20_000, 20_000, 20_000]);
    expect(turns).toBeGreaterThan(0);
  });

  it('above a place begin there, also within one', async () => {
    expect(await findGaps(holding([2, 9]).sequencesAfter, { after: 5, limit: 9 })).toEqual([{ first: 6, last: 8 }]);
    expect(await findGaps(holding([2, 9]).sequencesAfter, { after: 9, limit: 9 })).toEqual([]);
  });
});
