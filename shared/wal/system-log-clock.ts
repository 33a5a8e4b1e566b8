import type { LogClock } from './types.js';

/** The clock of the machine. */
export const systemLogClock: LogClock = {
  now: Date.now,
  schedule(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};
