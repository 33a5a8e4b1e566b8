import { describe, expect, it } from '@jest/globals';

import { longestRising } from '../../../shared/wal/inspect/longest-rising.js';
import { createRandom } from '../../../shared/customers/random.js';

/** The length of the longest rising row, tried out one by one. */
function longestLength(numbers: readonly number[]): number {
  const lengths: number[] = [];
  numbers.forEach((number, position) => {
    const before = numbers.slice(0, position).map((earlier, at) => (earlier < number ? (lengths[at] ?? 0) : 0));
    lengths.push(1 + Math.max(0, ...before));
  });
  return Math.max(0, ...lengths);
}

describe('the longest rising row', () => {
  it('a frame out of its place would be taken for the log', () => {
    expect(longestRising([])).toEqual([]);
    expect(longestRising([9, 10, 3, 4, 5])).toEqual([2, 3, 4]);
    expect(longestRising([3, 4, 9, 5, 6])).toEqual([0, 1, 3, 4]);
    expect(longestRising([5, 5, 5])).toHaveLength(1);
  });

  it('a longer row would be passed over', () => {
    const random = createRandom(7);
    for (let run = 0; run < 300; run += 1) {
      const numbers = Array.from({ length: random.integer(1, 12) }, () => random.integer(1, 12));
      const row = longestRising(numbers).map((position) => numbers[position] ?? 0);
      expect({ numbers, length: row.length }).toEqual({ numbers, length: longestLength(numbers) });
      expect(row.every((number, at) => at === 0 || number > (row[at - 1] ?? 0))).toBe(true);
    }
  });
});
