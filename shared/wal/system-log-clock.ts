import type { LogClock } from './types.js';

/** The longest that a timer of Node can wait; it fires at once when asked for more. */
const timerMsMax = 2 ** 31 - 1;

/** The clock of the machine. */
export const systemLogClock: LogClock = {
  now: Date.now,
  monotonic: () => performance.now(),
  schedule(delayMs, task) {
    let timer: NodeJS.Timeout;
    const wait = (remainingMs: number) => {
      const partMs = Math.min(remainingMs, timerMsMax);
      const next = () => {
        wait(remainingMs - partMs);
      };
      timer = setTimeout(remainingMs > partMs ? next : task, partMs);
    };
    wait(delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};
