import { expect } from '@jest/globals';

import { parseCrashAt } from '../../shared/crash-points/crash-at.js';
import type { ServiceProcess } from '../../shared/shop-processes/service-process.js';

/** Starts a service with a crash point armed and waits for its death, which must be that one's doing. */
export async function dieAt(
  service: ServiceProcess,
  crashAt: string,
  overrides: Readonly<Record<string, string>> = {},
): Promise<void> {
  const printed = service.output.length;
  service.launch({ ...overrides, CRASH_AT: crashAt });
  expect(await service.ended()).toEqual({ code: null, signal: 'SIGKILL' });
  const { point, passage } = parseCrashAt(crashAt)!;
  expect(service.output.slice(printed)).toContain(`crash point ${point}, passage ${passage}: killed`);
}
