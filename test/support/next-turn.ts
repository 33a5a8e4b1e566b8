import { setImmediate } from 'node:timers/promises';

/** Lets everything that is due in this turn of the event loop and the next happen. */
export async function nextTurn(): Promise<void> {
  await setImmediate();
  await setImmediate();
}
