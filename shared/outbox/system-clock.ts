import type { Clock, EpochMs } from './types.js';

/**
 * Node counts a timer's time in whole milliseconds, from the beginning of the turn in which it is set: it may come up to one
 * early. Who asked not to be called before a time, as a destination does with `Retry-After`, would be.
 */
function neverEarly(ms: number): number {
  return Math.ceil(ms) + 1;
}

/** The machine's time. */
export const systemClock: Clock = {
  now: () => Date.now() as EpochMs,

  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const aborted = () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', aborted);
        resolve();
      }, neverEarly(ms));
      signal.addEventListener('abort', aborted, { once: true });
    }),

  after: (ms, run) => {
    const timer = setTimeout(run, neverEarly(ms));
    return () => {
      clearTimeout(timer);
    };
  },
};
