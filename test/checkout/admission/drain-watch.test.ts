import { describe, expect, it } from '@jest/globals';

import { DrainWatch } from '../../../services/checkout/admission/drain-watch.js';
import type { BacklogStatus, DiskStatus } from '../../../shared/journal/index.js';
import { ManualClock } from '../../support/manual-clock.js';

const mebibyte = 1024 ** 2;

describe('when those who are refused may come back', () => {
  function watching() {
    const clock = new ManualClock();
    let setByMs = 0;
    const backlog = {
      bytes: 0,
      bytesMax: 100,
      resumeBytes: 75,
      drainedBytes: 0,
      refusing: true,
    } satisfies BacklogStatus;
    const disk = {
      ...{ availableBytes: 0, totalBytes: 1000 * mebibyte, reserveBytes: 64 * mebibyte, resumeBytes: 80 * mebibyte },
      ...{ state: 'reserve', refusing: true },
    } satisfies DiskStatus;
    const now: { backlog: BacklogStatus; disk: DiskStatus } = { backlog, disk };
    const watch = new DrainWatch({
      journal: { backlog: () => now.backlog, disk: () => now.disk },
      clock,
      now: () => clock.now() - setByMs,
      random: () => 0,
    });
    watch.start();
    /** Sets the machine's clock; no more time passes for that. */
    const setClockBy = (ms: number) => {
      setByMs += ms;
      clock.set(clock.now() + ms);
    };
    return { watch, clock, now, setClockBy };
  }

  it('is when the backlog has come down far enough, at the rate at which destinations confirm it', async () => {
    const { watch, clock, now } = watching();
    for (let second = 1; second <= 20; second += 1) {
      now.backlog = { ...now.backlog, bytes: 1000 - second, drainedBytes: second * 5 };
      await clock.advance(1000);
    }
    now.backlog = { ...now.backlog, bytes: 175 };
    expect(watch.retryAfterSeconds('backlog', 0)).toBe(20);
    watch.stop();
  });

  it.each([-3_600_000, 3_600_000])('is the same when somebody sets the clock by %i ms meanwhile', async (ms) => {
    const { watch, clock, now, setClockBy } = watching();
    for (let second = 1; second <= 20; second += 1) {
      now.backlog = { ...now.backlog, bytes: 175, drainedBytes: second * 5 };
      if (second === 15) setClockBy(ms);
      await clock.advance(1000);
    }
    expect(watch.retryAfterSeconds('backlog', 0)).toBe(20);
    watch.stop();
  });

  it('is told by what destinations confirm now, not by what they did before they broke down', async () => {
    const { watch, clock, now } = watching();
    now.backlog = { ...now.backlog, bytes: 1_000_000, drainedBytes: 1_000_000 };
    await clock.advance(15_000);
    expect(watch.retryAfterSeconds('backlog', 0)).toBe(30);
    watch.stop();
  });

  it.each(['disk-full', 'disk-reserve'] as const)(
    'is when enough space has come back, at the rate at which it does (%s)',
    async (code) => {
      const { watch, clock, now } = watching();
      for (let second = 1; second <= 20; second += 1) {
        now.disk = { ...now.disk, availableBytes: second * mebibyte };
        await clock.advance(1000);
      }
      expect(watch.retryAfterSeconds(code, 0)).toBe(60);
      now.disk = { ...now.disk, availableBytes: 0 };
      await clock.advance(1000);
      expect(watch.retryAfterSeconds(code, 0)).toBe(5);
      watch.stop();
    },
  );

  it('is when the purchases under way are answered, at the rate at which they were while there were any', async () => {
    const { watch, clock } = watching();
    const buy = async (ms: number) => {
      watch.busy();
      await clock.advance(ms);
      watch.answered(false);
    };
    expect(watch.retryAfterSeconds('overloaded', 100)).toBe(1);
    for (let count = 0; count < 50; count += 1) {
      await buy(50);
      // A quiet hour says nothing of how fast it goes when it goes.
      await clock.advance(3_600_000);
    }
    expect(watch.retryAfterSeconds('overloaded', 100)).toBe(5);
    watch.stop();
  });

  it('counts purchases that are under way together once each', async () => {
    const { watch, clock } = watching();
    watch.busy();
    for (let batch = 1; batch <= 10; batch += 1) {
      await clock.advance(100);
      for (let count = 1; count <= 20; count += 1) watch.answered(count < 20 || batch < 10);
    }
    expect(watch.retryAfterSeconds('overloaded', 1000)).toBe(5);
    watch.stop();
  });

  it('is soon where a new process will answer, and where nothing is known', () => {
    const { watch } = watching();
    for (const [code, seconds] of [
      ['closed', 2],
      ['failed', 2],
      ['backlog', 30],
      ['disk-full', 5],
    ] as const) {
      expect(watch.retryAfterSeconds(code, 0)).toBe(seconds);
    }
    watch.stop();
  });

  it('is not looked for any more once the checkout is closed: a timer would keep the process', () => {
    const { watch, clock } = watching();
    expect(clock.pending).toBe(1);
    watch.stop();
    expect(clock.pending).toBe(0);
  });
});
