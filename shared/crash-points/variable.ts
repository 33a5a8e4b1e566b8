import { z } from 'zod';

import { parseCrashAt } from './crash-at.js';
import { pointNames } from './points.js';

const message = `must be a point, or a point and a passage as in after-sync:3; the points are ${pointNames.join(', ')}`;

/** The variable `CRASH_AT`. Wrong is wrong without `DEMO=1` too; right, it is honoured only with it. */
export const crashAtVariable = z
  .string()
  .transform((text, context) => {
    const crashAt = parseCrashAt(text);
    if (!crashAt) context.addIssue({ code: 'custom', message });
    return crashAt;
  })
  .optional();
