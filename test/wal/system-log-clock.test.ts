import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { systemLogClock } from '../../shared/wal/system-log-clock.js';

const dayMs = 24 * 60 * 60_000;

describe('the clock of the machine', () => {
  let ran: number;
  const task = () => {
    ran += 1;
  };

  beforeEach(() => {
    ran = 0;
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('a segment would be followed by a new one too early, never, or twice', () => {
    systemLogClock.schedule(1000, task);
    jest.advanceTimersByTime(999);
    expect(ran).toBe(0);
    jest.advanceTimersByTime(1);
    expect(ran).toBe(1);
    jest.advanceTimersByTime(dayMs);
    expect(ran).toBe(1);
  });

  it('every batch would get a segment of its own when segments may grow older than a timer can wait', () => {
    systemLogClock.schedule(60 * dayMs, task);
    jest.advanceTimersByTime(60 * dayMs - 1);
    expect(ran).toBe(0);
    jest.advanceTimersByTime(1);
    expect(ran).toBe(1);
    const callOff = systemLogClock.schedule(Infinity, task);
    jest.advanceTimersByTime(200 * dayMs);
    expect(ran).toBe(1);
    callOff();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('a process would be kept from its end by a timer that was called off', () => {
    const callOff = systemLogClock.schedule(60 * dayMs, task);
    jest.advanceTimersByTime(30 * dayMs);
    callOff();
    expect(jest.getTimerCount()).toBe(0);
    jest.advanceTimersByTime(60 * dayMs);
    expect(ran).toBe(0);
  });
});
