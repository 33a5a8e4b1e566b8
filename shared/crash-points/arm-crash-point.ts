import type { CrashAt } from './crash-at.js';
import { CrashPoint } from './crash-point.js';
import type { PointName } from './points.js';

/**
 * Where this process is to die, if it is: never without `DEMO=1`, whatever was left in an environment, and not at a point that
 * it does not pass. Says which it is.
 */
export function armCrashPoint(
  { crashAt, demo }: { readonly crashAt: CrashAt | undefined; readonly demo: boolean },
  pointsPassed: readonly PointName[],
  log: { warn(message: string): void },
): CrashPoint | undefined {
  if (!crashAt) return undefined;
  if (!demo) {
    log.warn('CRASH_AT is ignored: without DEMO=1 no crash point is armed');
    return undefined;
  }
  const { point, passage } = crashAt;
  if (!pointsPassed.includes(point)) return undefined;
  log.warn(`crash point ${point} is armed: passage ${passage} kills this process`);
  return new CrashPoint(crashAt);
}
