import { describe, expect, it } from '@jest/globals';

import { RateLimit } from '../../shared/outbox/rate-limit.js';
import { ManualClock } from '../support/manual-clock.js';

/** Sends whatever it may, as soon as it may, and remembers when. */
function saturated(ratePerSecond: number) {
  const clock = new ManualClock(0);
  const sentAt: number[] = [];
  const pump = () => {
    for (let admitted = rate.admits(); admitted > 0 && Number.isFinite(admitted); admitted = rate.admits()) {
      rate.sent(1);
      sentAt.push(clock.now());
    }
  };
  const rate: RateLimit = new RateLimit(ratePerSecond, clock, pump);
  return { clock, rate, sentAt, pump };
}

describe('a rate', () => {
  it('lets through so many per second, and no burst at the start: a destination asked for that', async () => {
    const { clock, sentAt, pump } = saturated(5);
    pump();
    await clock.advance(2000);
    expect(sentAt).toEqual([0, 200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800, 2000]);
  });

  it('below one per second lets one through at a time', async () => {
    const { clock, sentAt, pump } = saturated(0.5);
    pump();
    await clock.advance(4000);
    expect(sentAt).toEqual([0, 2000, 4000]);
  });

  it.each([3, 7, 333, 5000])('of %d per second is kept over any time, whatever the clock rounds', async (perSecond) => {
    const { clock, sentAt, pump } = saturated(perSecond);
    pump();
    for (let step = 0; step < 100; step += 1) await clock.advance(37);
    const most = (3700 * perSecond) / 1000 + 1;
    expect(sentAt.length).toBeLessThanOrEqual(most);
    expect(sentAt.length).toBeGreaterThan(most * 0.95 - 2);
  });

  it('saves no more than a tenth of a second for later: a long silence is no licence to flood', async () => {
    const { clock, rate } = saturated(100);
    await clock.advance(60_000);
    expect(rate.admits()).toBe(10);
  });

  it('takes what was sent unasked from what is saved, and not from what may come: that would be above it', async () => {
    const { clock, rate, sentAt } = saturated(100);
    await clock.advance(60_000);
    rate.sent(13);
    expect(rate.admits()).toBe(0);
    await clock.advance(50);
    expect(sentAt).toEqual([60_040, 60_050]);
  });

  it('of none lets everything through, and costs no timer', () => {
    const { clock, rate } = saturated(Infinity);
    expect(rate.admits()).toBe(Infinity);
    rate.sent(1000);
    expect(rate.admits()).toBe(Infinity);
    expect(clock.pending).toBe(0);
  });

  it('sets one timer while it waits, however often it is asked', () => {
    const { clock, rate } = saturated(1);
    rate.sent(1);
    for (let time = 0; time < 10; time += 1) expect(rate.admits()).toBe(0);
    expect(clock.pending).toBe(1);
    rate.stop();
    expect(clock.pending).toBe(0);
  });
});

describe('a second rate, until the lane has caught up', () => {
  it('counts when it is the lower of the two, and not when it is the higher', () => {
    const { rate } = saturated(10);
    rate.setCatchUp(2);
    expect(rate.ratePerSecond).toBe(2);
    rate.setCatchUp(50);
    expect(rate.ratePerSecond).toBe(10);
    rate.setCatchUp(undefined);
    expect(rate.ratePerSecond).toBe(10);
  });

  it('wakes those who waited under it when it is lifted', async () => {
    const { clock, rate, sentAt, pump } = saturated(1000);
    rate.setCatchUp(0.01);
    pump();
    await clock.advance(1000);
    expect(sentAt).toHaveLength(1);
    rate.setCatchUp(undefined);
    await clock.advance(10);
    expect(sentAt.length).toBeGreaterThan(5);
  });

  it('holds from the moment it is set, also where there was none before', async () => {
    const { clock, rate, sentAt, pump } = saturated(Infinity);
    await clock.advance(1000);
    rate.setCatchUp(10);
    pump();
    await clock.advance(1000);
    expect(sentAt).toHaveLength(11);
  });

  it('takes away what had been saved under a higher one', async () => {
    const { clock, rate } = saturated(1000);
    await clock.advance(1000);
    expect(rate.admits()).toBe(100);
    rate.setCatchUp(1);
    expect(rate.admits()).toBeLessThanOrEqual(1);
  });
});

describe('a clock that is set', () => {
  it.each([
    ['back', -3_600_000],
    ['forward', 3_600_000],
  ])('%s lets no more through than a burst, and goes on', async (_way, ms) => {
    const { clock, rate, sentAt, pump } = saturated(10);
    pump();
    const before = sentAt.length;
    clock.set(clock.now() + ms);
    rate.stop();
    pump();
    expect(sentAt.length - before).toBeLessThanOrEqual(1);
    await clock.advance(1000);
    expect(sentAt.length - before).toBeGreaterThanOrEqual(10);
    expect(sentAt.length - before).toBeLessThanOrEqual(12);
  });
});
