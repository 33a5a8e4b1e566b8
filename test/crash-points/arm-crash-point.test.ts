import { describe, expect, it } from '@jest/globals';

import { armCrashPoint } from '../../shared/crash-points/arm-crash-point.js';
import { checkoutPoints, receiverPoints } from '../../shared/crash-points/points.js';

const crashAt = { point: 'after-sync', passage: 3 } as const;

describe('arming a crash point', () => {
  const lines: string[] = [];
  const log = { warn: (line: string) => lines.push(line) };

  it('is said in one line, or a demonstration that dies would look like a fault', () => {
    expect(armCrashPoint({ crashAt, demo: true }, checkoutPoints, log)?.at).toEqual(crashAt);
    expect(lines.splice(0)).toEqual(['crash point after-sync is armed: passage 3 kills this process']);
  });

  it('does not happen outside a demonstration, and that is said: a variable left over must not kill a shop', () => {
    expect(armCrashPoint({ crashAt, demo: false }, checkoutPoints, log)).toBeUndefined();
    expect(lines.splice(0)).toEqual(['CRASH_AT is ignored: without DEMO=1 no crash point is armed']);
  });

  it('leaves a service alone that does not pass the point: three services are started with one variable', () => {
    expect(armCrashPoint({ crashAt, demo: true }, receiverPoints, log)).toBeUndefined();
    expect(lines).toEqual([]);
  });

  it('does nothing and says nothing where nobody asked for it', () => {
    expect(armCrashPoint({ crashAt: undefined, demo: true }, checkoutPoints, log)).toBeUndefined();
    expect(lines).toEqual([]);
  });
});
