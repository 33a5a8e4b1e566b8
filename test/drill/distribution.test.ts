import { describe, expect, it } from '@jest/globals';

import { createRandom } from '../../shared/customers/random.js';
import { distributionOf } from './distribution.js';

describe('the distribution of some values', () => {
  it('has the values at their ranks, in whatever order they come', () => {
    const values = Array.from({ length: 1000 }, (_, index) => 1000 - index);
    expect(distributionOf(values)).toEqual({ count: 1000, min: 1, p50: 500, p90: 900, p99: 990, max: 1000 });
  });

  it('has only values that were there, also of few', () => {
    expect(distributionOf([7])).toEqual({ count: 1, min: 7, p50: 7, p90: 7, p99: 7, max: 7 });
    expect(distributionOf([3, 1])).toEqual({ count: 2, min: 1, p50: 1, p90: 3, p99: 3, max: 3 });
    expect(distributionOf([3, 1, 2])).toEqual({ count: 3, min: 1, p50: 2, p90: 3, p99: 3, max: 3 });
  });

  it('is none of no values', () => {
    expect(distributionOf([])).toBeUndefined();
  });

  it('leaves at least so many in a hundred at or below each rank, and fewer below it', () => {
    const random = createRandom(1);
    for (let run = 0; run < 200; run += 1) {
      const values = Array.from({ length: random.integer(1, 150) }, () => random.integer(0, 50));
      const { p50, p90, p99 } = distributionOf(values)!;
      for (const [percent, value] of [
        [50, p50],
        [90, p90],
        [99, p99],
      ] as const) {
        const share = (holds: (each: number) => boolean) => (values.filter(holds).length * 100) / values.length;
        expect(share((each) => each <= value)).toBeGreaterThanOrEqual(percent);
        expect(share((each) => each < value)).toBeLessThan(percent);
      }
    }
  });
});
