import { describe, expect, it } from '@jest/globals';

import { DrainRate } from '../../../services/checkout/admission/drain-rate.js';

describe('a drain rate', () => {
  const rate = () => new DrainRate({ spacingMs: 1000, samplesMax: 5 });

  it('is not known from one look, nor from two at the same time', () => {
    const drain = rate();
    expect(drain.perSecond).toBeUndefined();
    drain.note(10, 0);
    expect(drain.perSecond).toBeUndefined();
    drain.note(20, 0);
    expect(drain.perSecond).toBeUndefined();
  });

  it('is what went in the time between, per second', () => {
    const drain = rate();
    drain.note(100, 5000);
    drain.note(150, 5500);
    expect(drain.perSecond).toBe(100);
  });

  it('forgets what was long ago: a destination that has been down an hour is not slow for ever', () => {
    const drain = rate();
    for (let second = 0; second <= 3600; second += 1) drain.note(0, second * 1000);
    for (let second = 1; second <= 4; second += 1) drain.note(second * 50, (3600 + second) * 1000);
    expect(drain.perSecond).toBe(50);
  });

  it('sees at once that nothing goes any more, and that it is getting more', () => {
    const drain = rate();
    for (let second = 0; second < 5; second += 1) drain.note(7, second * 1000);
    expect(drain.perSecond).toBe(0);
    drain.note(3, 5000);
    expect(drain.perSecond).toBeLessThan(0);
  });

  it('spans the same time however often it is told: a flood must not shorten its memory', () => {
    const drain = rate();
    for (let ms = 0; ms <= 4000; ms += 1) drain.note(ms, ms);
    // A thousand times as fast, for a moment.
    for (let ms = 1; ms <= 100; ms += 1) drain.note(4000 + ms * 1000, 4000 + ms);
    const overTheWholeSpan = (104_000 * 1000) / 4100;
    expect(drain.perSecond).toBeGreaterThan(overTheWholeSpan * 0.7);
    expect(drain.perSecond).toBeLessThan(overTheWholeSpan * 1.5);
  });
});
