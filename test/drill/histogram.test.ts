import { describe, expect, it } from '@jest/globals';

import { createRandom } from '../../shared/customers/random.js';
import { histogram } from './histogram.js';

const numbersBehindBars = (lines: readonly string[]) => lines.map((line) => Number(/(\d+)$/.exec(line)?.[1]));

describe('the histogram of some values', () => {
  it('draws each range as long as it is full, in ranges of a round width, empty ones too', () => {
    expect(histogram([100, 101, 149, 150, 260])).toEqual([
      `100 – 119  ${'#'.repeat(40)} 2`,
      `120 – 139  0`,
      `140 – 159  ${'#'.repeat(40)} 2`,
      `160 – 179  0`,
      `180 – 199  0`,
      `200 – 219  0`,
      `220 – 239  0`,
      `240 – 259  0`,
      `260 – 279  ${'#'.repeat(20)} 1`,
    ]);
  });

  it('names single values where they are few and whole, as repeats are', () => {
    expect(histogram([0, 0, 0, 0, 3])).toEqual([`0  ${'#'.repeat(40)} 4`, '1  0', '2  0', `3  ${'#'.repeat(10)} 1`]);
  });

  it('is not stretched by one in a hundred that is far off, and still counts it', () => {
    const lines = histogram([...Array.from({ length: 200 }, (_, index) => 600 + (index % 40)), 9_999.5]);
    expect(lines.length).toBeLessThan(12);
    expect(lines.at(-1)).toMatch(/^ *to 10,000 {2}#+ 1$/);
  });

  it('has no line of no values, and one of values that are the same', () => {
    expect(histogram([])).toEqual([]);
    expect(histogram([5, 5])).toEqual([`5  ${'#'.repeat(40)} 2`]);
  });

  it('fits the width, and has each value in one line, whatever the values are', () => {
    const random = createRandom(2);
    for (let run = 0; run < 300; run += 1) {
      const largest = 10 ** random.integer(0, 6);
      const values = Array.from({ length: random.integer(1, 300) }, () => random.next() * largest);
      const lines = histogram(values);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
      expect(lines.length).toBeLessThanOrEqual(11);
      expect(numbersBehindBars(lines).reduce((sum, number) => sum + number, 0)).toBe(values.length);
    }
  });
});
