import { describe, expect, it } from '@jest/globals';

import { systemClock } from '../../shared/outbox/system-clock.js';

describe('systemClock', () => {
  it('tells the time of the machine', () => {
    const before = Date.now();
    const now = systemClock.now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  it('wakes a sleeper, and whoever asked to be called', async () => {
    await systemClock.sleep(1, new AbortController().signal);
    await new Promise<void>((resolve) => {
      systemClock.after(1, resolve);
    });
  });

  it('never wakes anyone before the time: a destination that named one is not asked too early', async () => {
    let earlyMs = 0;
    for (let turn = 0; turn < 200; turn += 1) {
      // Somewhere in the middle of a millisecond, and not at the beginning of a turn.
      const middle = performance.now() + 1.5 * Math.random();
      while (performance.now() < middle);
      const due = systemClock.now() + 2;
      await systemClock.sleep(due - systemClock.now(), new AbortController().signal);
      earlyMs = Math.max(earlyMs, due - systemClock.now());
    }
    expect(earlyMs).toBe(0);
  });

  it('wakes a sleeper early with the reason, and leaves no timer that holds the process', async () => {
    const controller = new AbortController();
    const asleep = systemClock.sleep(1_000_000, controller.signal);
    controller.abort(new Error('enough'));
    await expect(asleep).rejects.toThrow('enough');
    await expect(systemClock.sleep(1_000_000, controller.signal)).rejects.toThrow('enough');
  });

  it('does not call when it was told not to', async () => {
    let called = false;
    const cancel = systemClock.after(0, () => (called = true));
    cancel();
    await new Promise<void>((resolve) => {
      systemClock.after(2, resolve);
    });
    expect(called).toBe(false);
  });
});
