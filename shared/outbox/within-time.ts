import type { Clock } from './types.js';

/** Waits for `promise`, but not longer than `ms`: true if it resolved in time. The promise itself goes on. */
export async function withinTime(promise: Promise<void>, ms: number, clock: Clock): Promise<boolean> {
  let cancel: (() => void) | undefined;
  const late = new Promise<boolean>((resolve) => {
    cancel = clock.after(ms, () => {
      resolve(false);
    });
  });
  const inTime = await Promise.race([promise.then(() => true), late]);
  cancel?.();
  return inTime;
}
