import { setTimeout as sleep } from 'node:timers/promises';

/** What an audit waits by. */
export interface Clock {
  /** Milliseconds; only differences mean something. */
  now(): number;
  /** Rejects with the signal's reason when that is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Time that goes on however somebody sets the clock. */
export const steadyClock: Clock = {
  now: () => performance.now(),
  async sleep(ms, signal) {
    try {
      await sleep(ms, undefined, { signal });
    } catch (error) {
      // It rejects with an error of its own.
      throw signal.aborted ? signal.reason : error;
    }
  },
};
