import { describe, expect, it } from '@jest/globals';

import { parseRetryAfter } from '../../shared/outbox/retry-after.js';
import type { EpochMs } from '../../shared/outbox/types.js';

const NOW = Date.parse('Sun, 06 Nov 1994 08:49:37 GMT') as EpochMs;

describe('parseRetryAfter', () => {
  it.each([
    ['0', 0],
    ['7', 7_000],
    [' 120 ', 120_000],
    ['Sun, 06 Nov 1994 08:50:37 GMT', 60_000],
    ['Sunday, 06-Nov-94 08:50:37 GMT', 60_000],
    ['Sun Nov  6 08:50:37 1994', 60_000],
    ['9'.repeat(400), Infinity],
  ])('reads %p as %p ms from now', (value, ms) => {
    expect(parseRetryAfter(value, NOW)).toBe(ms);
  });

  it('takes a date that has passed for now, not for a negative time', () => {
    expect(parseRetryAfter('Sun, 06 Nov 1994 08:00:00 GMT', NOW)).toBe(0);
  });

  it.each([undefined, '', '-1', '1.5', 'soon', '1e3', 'Mon, nonsense', '1994-11-06T08:50:37Z', '7s'])(
    'takes %p for no wish at all',
    (value) => {
      expect(parseRetryAfter(value, NOW)).toBeUndefined();
    },
  );
});
