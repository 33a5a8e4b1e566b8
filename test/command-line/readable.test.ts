import { describe, expect, it } from '@jest/globals';

import { readableMoney } from '../../shared/command-line/readable-money.js';
import { wrap } from '../../shared/command-line/wrap.js';

describe('readableMoney', () => {
  it.each([
    [0, 'GBP', '0.00'],
    [5, 'EUR', '0.05'],
    [123_456_789, 'GBP', '1,234,567.89'],
    [980, 'JPY', '980'],
    [1234, 'BHD', '1.234'],
    [9_007_199_254_740_993n, 'GBP', '90,071,992,547,409.93'],
  ])('writes %s minor units of %s as %s', (minorUnits, currency, text) => {
    expect(readableMoney(minorUnits, currency)).toBe(text);
  });
});

describe('wrap', () => {
  it('breaks at spaces, and leaves a word whole that is too long', () => {
    expect(wrap('a bb ccc', 4)).toEqual(['a bb', 'ccc']);
    expect(wrap('abcdef gh', 4)).toEqual(['abcdef', 'gh']);
    expect(wrap('', 4)).toEqual(['']);
  });
});
