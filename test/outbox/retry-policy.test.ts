import { describe, expect, it } from '@jest/globals';

import { defaultOptions } from '../../shared/outbox/default-options.js';
import { observedRetryAfterMs, retryDelayMs, retryDelayMsLimit } from '../../shared/outbox/retry-policy.js';
import { seededRandom } from '../../shared/customers/seeded-random.js';

const options = { retryDelayMsMin: 250, retryDelayFactor: 2, retryDelayMsMax: 30_000, retryAfterMsMax: 60_000 };

describe('retryDelayMs', () => {
  it.each([
    [0, 250],
    [1, 500],
    [2, 1_000],
    [6, 16_000],
    [7, 30_000],
    [25, 30_000],
    [5_000, 30_000],
  ])('has after %i failures that count a ceiling of %i ms', (failures, ceiling) => {
    expect(retryDelayMs(options, failures, undefined, () => 1)).toBe(ceiling);
    expect(retryDelayMs(options, failures, undefined, () => 0)).toBe(0);
    expect(retryDelayMs(options, failures, undefined, () => 0.5)).toBe(ceiling / 2);
  });

  it('spreads over the whole range, so that what failed together does not come back together', () => {
    const random = seededRandom(1);
    const delays = Array.from({ length: 2_000 }, () => retryDelayMs(options, 3, undefined, random));
    const tenths = new Set(delays.map((delay) => Math.floor(delay / 200)));
    expect(tenths.size).toBe(10);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...delays)).toBeLessThan(2_000);
  });

  it('observes a longer Retry-After, up to the cap, and ignores a shorter one', () => {
    expect(retryDelayMs(options, 0, 7_000, () => 1)).toBe(7_000);
    expect(retryDelayMs(options, 0, 86_400_000, () => 1)).toBe(60_000);
    expect(retryDelayMs(options, 7, 7_000, () => 1)).toBe(30_000);
    expect(retryDelayMs(options, 0, 0, () => 1)).toBe(250);
  });
});

describe('observedRetryAfterMs', () => {
  it.each([
    [undefined, 0],
    [0, 0],
    [59_999, 59_999],
    [60_001, 60_000],
    [Infinity, 60_000],
  ])('makes %p of it %p', (asked, observed) => {
    expect(observedRetryAfterMs(options, asked)).toBe(observed);
  });
});

describe('retryDelayMsLimit', () => {
  it('is never less than what the policy gives', () => {
    const limit = retryDelayMsLimit(defaultOptions);
    for (const retryAfterMs of [undefined, 0, 1_000, Infinity]) {
      for (let failures = 0; failures < 100; failures += 1) {
        expect(retryDelayMs(defaultOptions, failures, retryAfterMs, () => 1)).toBeLessThanOrEqual(limit);
      }
    }
    expect(retryDelayMsLimit({ ...options, retryDelayMsMax: 90_000 })).toBe(90_000);
  });
});
