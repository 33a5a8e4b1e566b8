import { CrashPoint } from '../../shared/crash-points/crash-point.js';
import { parseCrashAt } from '../../shared/crash-points/crash-at.js';

/** Stands for the end of the process: nothing that threw it goes on. */
export class Died extends Error {
  override readonly name = 'Died';
}

/** A crash point as `CRASH_AT` arms it, whose death is an error, so that a test survives it and sees what was done by then. */
export function trialPoint(text: string): CrashPoint {
  const at = parseCrashAt(text);
  if (!at) throw new Error(`${text} is no crash point`);
  return new CrashPoint(at, (reason) => {
    throw new Died(reason);
  });
}
