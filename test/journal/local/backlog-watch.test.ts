import { describe, expect, it } from '@jest/globals';

import type { BacklogStatus } from '../../../shared/journal/index.js';
import { BacklogWatch } from '../../../shared/journal/local/backlog-watch.js';
import { ManualLogClock } from '../../support/manual-log-clock.js';

describe('a backlog watch', () => {
  /** Of a bound of 1,000 bytes. `seen`: what a look finds. */
  function start(seenBytes = 0) {
    const clock = new ManualLogClock();
    const backlog: { seen: number | undefined; looks: number } = { seen: seenBytes, looks: 0 };
    const changes: BacklogStatus[] = [];
    const watch = new BacklogWatch({
      clock,
      bytesMax: 1000,
      look: () => {
        backlog.looks += 1;
        return backlog.seen;
      },
      onChanged: (status) => changes.push(status),
    });
    watch.start();
    const look = () => {
      clock.advance(1000);
    };
    return { watch, clock, backlog, changes, look };
  }

  it('takes purchases up to the bound and not beyond, also between two looks', () => {
    const { watch, backlog, changes } = start();
    for (let count = 0; count < 10; count += 1) {
      expect(watch.take(100)).toBe(true);
      backlog.seen = (count + 1) * 100;
    }
    expect(watch.take(1)).toBe(false);
    expect(watch.refusing).toBe(true);
    expect(changes.map(({ refusing }) => refusing)).toEqual([true]);
  });

  it('looks before it refuses: nobody is turned away for what has long been confirmed', () => {
    const { watch, backlog, changes } = start();
    for (let count = 0; count < 50; count += 1) {
      backlog.seen = 300;
      expect(watch.take(100)).toBe(true);
    }
    expect(changes).toEqual([]);
    // Not for each purchase: only when what was taken since would fill it.
    expect(backlog.looks).toBeLessThan(10);
  });

  it('takes them again only with a quarter to spare, or it would go to and fro with each of them', () => {
    const { watch, backlog, changes, look } = start(1001);
    expect(watch.take(1)).toBe(false);
    backlog.seen = 751;
    look();
    expect(watch.take(1)).toBe(false);
    backlog.seen = 750;
    look();
    expect(watch.take(1)).toBe(true);
    expect(changes).toMatchObject([
      { refusing: true, bytes: 1001, bytesMax: 1000, resumeBytes: 750 },
      { refusing: false, bytes: 750 },
    ]);
  });

  it('cannot refuse for ever: with everything confirmed, the backlog is nothing', () => {
    const { watch, backlog, look } = start(5000);
    backlog.seen = 0;
    look();
    expect(watch.take(1000)).toBe(true);
  });

  it('says what has been confirmed in all, whatever was taken meanwhile: by that it is foretold when there is room', () => {
    const { watch, backlog, look } = start(500);
    watch.take(200);
    backlog.seen = 400;
    look();
    expect(watch.status()).toMatchObject({ bytes: 400, drainedBytes: 300 });
    watch.take(100);
    expect(watch.status()).toMatchObject({ bytes: 500, drainedBytes: 300 });
    backlog.seen = 0;
    look();
    expect(watch.status()).toMatchObject({ bytes: 0, drainedBytes: 800 });
  });

  it('goes on as before when it cannot look: whoever cannot read the database says so', () => {
    const { watch, backlog, look } = start(200);
    backlog.seen = undefined;
    look();
    expect(watch.status().bytes).toBe(200);
    expect(watch.take(100)).toBe(true);
  });

  it('stops with the journal: a timer would keep the process', () => {
    const { watch, clock, look } = start();
    look();
    expect(clock.scheduled).toBe(1);
    watch.stop();
    expect(clock.scheduled).toBe(0);
  });
});
