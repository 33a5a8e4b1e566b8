import { describe, expect, it } from '@jest/globals';

import { Quota } from '../../../services/checkout/access/quota.js';
import { parseRateLimit } from '../../../services/checkout/access/parse-rate-limit.js';

const threeInTen = { requests: 3, seconds: 10 };

describe('a quota', () => {
  it('lets a caller through so many times in so many seconds, and no more', () => {
    const quota = new Quota(threeInTen);
    expect([0, 1, 2, 3].map((now) => quota.take('web', now))).toEqual([
      { allowed: true, remaining: 2, resetMs: 10_000 },
      { allowed: true, remaining: 1, resetMs: 9_999 },
      { allowed: true, remaining: 0, resetMs: 9_998 },
      { allowed: false, remaining: 0, resetMs: 9_997 },
    ]);
  });

  it('is whole again when its window ends, also for one who kept asking', () => {
    const quota = new Quota(threeInTen);
    for (let now = 0; now < 10_000; now += 100) quota.take('web', now);
    expect(quota.take('web', 9_999)).toMatchObject({ allowed: false });
    expect(quota.take('web', 10_000)).toEqual({ allowed: true, remaining: 2, resetMs: 10_000 });
  });

  it('never names a wait longer than its window, at whatever fraction of a millisecond it began', () => {
    const quota = new Quota(threeInTen);
    for (let caller = 0; caller < 1_000; caller += 1) {
      expect(quota.take(`caller-${caller}`, caller * 97.000_001_3).resetMs).toBe(10_000);
    }
  });

  it('is each caller\u2019s own: one that asks too often keeps nobody else from buying', () => {
    const quota = new Quota(threeInTen);
    for (let count = 0; count < 100; count += 1) quota.take('greedy', 0);
    expect(quota.take('web', 0)).toMatchObject({ allowed: true, remaining: 2 });
  });

  it('takes no more memory than for so many callers, and refuses nobody for want of it', () => {
    const quota = new Quota(threeInTen, 100);
    for (let caller = 0; caller < 10_000; caller += 1) {
      expect(quota.take(`caller-${caller}`, caller / 1000).allowed).toBe(true);
      expect(quota.size).toBeLessThanOrEqual(100);
    }
  });

  it('forgets the caller whose window ends first, so that who asks too often now is not let through', () => {
    const quota = new Quota({ requests: 1, seconds: 10 }, 3);
    for (const [now, caller] of ['old', 'b', 'c', 'old2'].entries()) quota.take(caller, now);
    expect(quota.take('c', 5)).toMatchObject({ allowed: false });
    expect(quota.take('b', 5)).toMatchObject({ allowed: false });
    expect(quota.take('old', 5)).toMatchObject({ allowed: true });
  });

  it('puts a caller that comes back at the end of the line: forgotten is another, whose window ends before', () => {
    const quota = new Quota({ requests: 1, seconds: 10 }, 4);
    for (const [now, caller] of ['a', 'b', 'c', 'd'].entries()) quota.take(caller, now);
    quota.take('c', 10_002);
    for (const caller of ['e', 'f', 'g']) quota.take(caller, 10_002.5);
    expect(quota.take('c', 10_002.5)).toMatchObject({ allowed: false });
    expect(quota.take('d', 10_002.5)).toMatchObject({ allowed: true });
  });

  it('lets go of what a flood has left behind, without a timer', () => {
    const quota = new Quota(threeInTen);
    for (let caller = 0; caller < 1_000; caller += 1) quota.take(`caller-${caller}`, 0);
    for (let caller = 0; caller < 1_000; caller += 1) quota.take('web', 10_000 * (caller + 1));
    expect(quota.size).toBe(1);
  });
});

describe('RATE_LIMIT', () => {
  it.each([
    ['100/10', { requests: 100, seconds: 10 }],
    ['1/1', { requests: 1, seconds: 1 }],
    ['1000000/86400', { requests: 1_000_000, seconds: 86_400 }],
  ])('%s is read', (text, limit) => {
    expect(parseRateLimit(text)).toEqual(limit);
  });

  it.each([
    '100',
    '100/',
    '/10',
    '0/10',
    '100/0',
    '100/86401',
    '1000001/1',
    '100/10s',
    '-1/10',
    '1.5/10',
    ' 100/10',
    '1e3/10',
  ])('%p is none: a limit that nobody meant would refuse purchases, or none', (text) => {
    expect(parseRateLimit(text)).toBeUndefined();
  });
});
