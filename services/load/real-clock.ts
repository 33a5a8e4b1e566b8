import { setTimeout as sleep } from 'node:timers/promises';

import type { Clock } from './types.js';

export const realClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};
