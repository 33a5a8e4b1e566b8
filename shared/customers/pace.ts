import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when it is the caller's turn. */
export type Pace = () => Promise<void>;

export const noPace: Pace = () => Promise.resolve();

/** Gives turns at even distances, at most so many in a second. Turns that nobody took are not made up for. */
export function createPace(perSecond: number): Pace {
  let next = performance.now();
  return async () => {
    const now = performance.now();
    const turn = Math.max(now, next);
    next = turn + 1000 / perSecond;
    await sleep(turn - now);
  };
}
