import { describe, expect, it } from '@jest/globals';

import { numberOption, parseOptions } from '../../shared/command-line/parse-options.js';
import { UsageError } from '../../shared/command-line/usage-error.js';

describe('parseOptions', () => {
  it('says what is wrong, and how it is used', () => {
    const parse = (...args: string[]) => parseOptions(args, { rate: { type: 'string' } }, 'usage: it');
    expect(parse('--rate', '5', 'x')).toMatchObject({ values: { rate: '5' }, positionals: ['x'] });
    expect(() => parse('--rat', '5')).toThrow(/'--rat'[^]*usage: it/);
    expect(() => parse('--rate')).toThrow(UsageError);
  });
});

describe('numberOption', () => {
  it('takes a number within its bounds, and none where there is none', () => {
    expect(numberOption('n', undefined, { min: 1, max: 9 })).toBeUndefined();
    expect(numberOption('n', '9', { min: 1, max: 9 })).toBe(9);
    expect(numberOption('n', '0.25', { min: 0, max: 1, decimals: 2 })).toBe(0.25);
  });

  it.each(['0', '10', '1.5', '-1', '1e0', '', ' 1', 'x'])('refuses %j, and says what it takes', (text) => {
    expect(() => numberOption('n', text, { min: 1, max: 9 })).toThrow(`--n takes a number from 1 to 9, not ${text}`);
  });
});
