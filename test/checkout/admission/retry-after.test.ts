import { describe, expect, it } from '@jest/globals';

import { retryAfterSeconds } from '../../../services/checkout/admission/retry-after.js';
import { anySeed, createRandom } from '../../../shared/customers/random.js';

const bounds = { unknownSeconds: 7, secondsMax: 300 };
const first = () => 0;
const last = () => 0.999_999;

describe('when to come back', () => {
  it.each([
    ['at once, where it is a moment', 10, 1000, 1],
    ['rounded up: who comes early is refused once more', 101, 10, 11],
    ['exactly, where it is exact', 100, 10, 10],
    ['as long as it may be, less the spread', 1e9, 1, 200],
    ['a second, where nothing has to go any more', -5, 10, 1],
  ])('is %s', (_what, mustGo, perSecond, seconds) => {
    expect(retryAfterSeconds(mustGo, perSecond, bounds, first)).toBe(seconds);
  });

  it.each([
    ['is not known', undefined],
    ['is nothing', 0],
    ['is less than nothing', -3],
  ])('is the default where the rate %s', (_what, perSecond) => {
    expect(retryAfterSeconds(100, perSecond, bounds, first)).toBe(7);
  });

  it('is spread over half as long again, and over two seconds at least: all at once would be refused again', () => {
    expect(retryAfterSeconds(100, 10, bounds, last)).toBe(15);
    expect(retryAfterSeconds(1, 10, bounds, last)).toBe(2);
    expect(retryAfterSeconds(1e9, 1, bounds, last)).toBe(300);
  });

  it('is a whole number within what is published, whatever is foretold', () => {
    const random = createRandom(anySeed());
    for (let run = 0; run < 10_000; run += 1) {
      const mustGo = random.integer(-1000, 1_000_000);
      const perSecond = random.integer(-10, 1000) / 7;
      const secondsMax = random.integer(3, 300);
      const seconds = retryAfterSeconds(mustGo, perSecond, { unknownSeconds: 1, secondsMax }, () => random.next());
      const within = Number.isInteger(seconds) && seconds >= 1 && seconds <= secondsMax;
      expect({ seed: random.seed, run, within }).toEqual({ seed: random.seed, run, within: true });
    }
  });
});
