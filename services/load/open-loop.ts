import { pause } from './pause.js';
import type { Clock } from './types.js';

export interface OpenLoop {
  readonly clock: Clock;
  readonly perSecond: number;
  /** Purchases at a time; what is due beyond them is late. */
  readonly connections: number;
  readonly purchasesMax: number;
  /** Makes one purchase, which was due at this time; never rejects. */
  readonly sell: (dueAt: number) => Promise<void>;
  /** Aborted when no more are to be begun. */
  readonly stopped: AbortSignal;
}

/** How it kept its pace. */
export interface Lateness {
  /** Begun later than they were due, since all connections were taken. */
  readonly late: number;
  /** Due before the end, and not begun for the same reason. */
  readonly neverBegun: number;
}

/**
 * Begins purchases at even distances, whatever their answers take, as customers do who do not know of each other; returns when
 * all have ended. One that cannot begin in time begins as soon as it can, and keeps the time at which it was due: what customers
 * wait while nothing can be begun is then counted, too (else called coordinated omission).
 */
export async function runOpenLoop(loop: OpenLoop): Promise<Lateness> {
  const { clock, perSecond, connections, purchasesMax, sell, stopped } = loop;
  const startedAt = clock.now();
  const underWay = new Set<Promise<void>>();
  let onRoom: () => void = () => undefined;
  stopped.addEventListener('abort', () => {
    onRoom();
  });
  const begin = (dueAt: number) => {
    const purchase = sell(dueAt).finally(() => {
      underWay.delete(purchase);
      onRoom();
    });
    underWay.add(purchase);
  };

  let [begun, late, fullUntil] = [0, 0, startedAt];
  for (; begun < purchasesMax; begun += 1) {
    const dueAt = startedAt + (begun * 1000) / perSecond;
    await pause(clock, dueAt - clock.now(), stopped);
    while (underWay.size >= connections && !stopped.aborted) {
      await new Promise<void>((resolve) => (onRoom = resolve));
      fullUntil = clock.now();
    }
    if (stopped.aborted) break;
    if (dueAt < fullUntil) late += 1;
    begin(dueAt);
  }
  const due = Math.min(purchasesMax, Math.ceil(((fullUntil - startedAt) * perSecond) / 1000));
  await Promise.all(underWay);
  return { late, neverBegun: Math.max(0, due - begun) };
}
