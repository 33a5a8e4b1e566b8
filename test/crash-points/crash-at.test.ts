import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { parseCrashAt } from '../../shared/crash-points/crash-at.js';
import { pointNames } from '../../shared/crash-points/points.js';
import { crashAtVariable } from '../../shared/crash-points/variable.js';
import { EnvironmentError, readEnvironment } from '../../shared/environment/index.js';

describe('CRASH_AT', () => {
  it.each(pointNames)('takes %s, with and without a passage', (point) => {
    expect(parseCrashAt(point)).toEqual({ point, passage: 1 });
    expect(parseCrashAt(`${point}:999999`)).toEqual({ point, passage: 999_999 });
  });

  it.each([
    'after-sink',
    'after-sync:',
    'after-sync:0',
    'after-sync:03',
    'after-sync:-1',
    'after-sync:1.5',
    'after-sync:three',
    'after-sync:1000000',
    'after-sync:3:4',
    ' after-sync',
    'AFTER-SYNC',
    ':3',
  ])('refuses %j and names every point, so that nobody waits for a crash that cannot come', (text) => {
    const read = () => readEnvironment(z.object({ CRASH_AT: crashAtVariable }), { CRASH_AT: text });
    expect(read).toThrow(EnvironmentError);
    for (const name of pointNames) expect(read).toThrow(name);
  });

  it('may be absent or empty, as it is in every shop but a demonstration', () => {
    const schema = z.object({ CRASH_AT: crashAtVariable });
    expect(readEnvironment(schema, {}).CRASH_AT).toBeUndefined();
    expect(readEnvironment(schema, { CRASH_AT: '' }).CRASH_AT).toBeUndefined();
  });
});
