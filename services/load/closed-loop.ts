import type { Clock } from './types.js';

export interface ClosedLoop {
  readonly clock: Clock;
  /** Customers who buy one thing after the other. */
  readonly concurrency: number;
  readonly purchasesMax: number;
  /** Makes one purchase, begun at this time; never rejects. */
  readonly sell: (begunAt: number) => Promise<void>;
  /** Aborted when no more are to be begun. */
  readonly stopped: AbortSignal;
}

/** Each customer begins the next purchase when the one before has ended. Returns when all have ended. */
export async function runClosedLoop(loop: ClosedLoop): Promise<void> {
  const { clock, concurrency, purchasesMax, sell, stopped } = loop;
  let begun = 0;
  const buyOnAndOn = async () => {
    while (!stopped.aborted && begun < purchasesMax) {
      begun += 1;
      await sell(clock.now());
    }
  };
  await Promise.all(Array.from({ length: concurrency }, buyOnAndOn));
}
