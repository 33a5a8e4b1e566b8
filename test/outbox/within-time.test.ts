import { describe, expect, it } from '@jest/globals';

import { withinTime } from '../../shared/outbox/within-time.js';
import { ManualClock } from '../support/manual-clock.js';

describe('withinTime', () => {
  it('tells that something was in time, and leaves no timer behind', async () => {
    const clock = new ManualClock();
    expect(await withinTime(Promise.resolve(), 100, clock)).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('does not wait longer than it was told', async () => {
    const clock = new ManualClock();
    const answer = withinTime(new Promise<void>(() => undefined), 100, clock);
    await clock.advance(100);
    expect(await answer).toBe(false);
  });

  it('hands on an error', async () => {
    await expect(withinTime(Promise.reject(new Error('broken')), 100, new ManualClock())).rejects.toThrow('broken');
  });
});
