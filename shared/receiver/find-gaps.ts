import { setImmediate } from 'node:timers/promises';

import type { Gap } from './types.js';

/** Small enough to answer deliveries in between. */
const runMax = 20_000;

/**
 * The runs of sequences above `after` that are not held and lie below one that is, in order, at most `limit`. It walks over what
 * is held, with other requests served in between: what is missing has no row to be found by.
 */
export async function findGaps(
  sequencesAfter: (after: number, limit: number) => readonly number[],
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<Gap[]> {
  const gaps: Gap[] = [];
  let last = after;
  for (;;) {
    const run = sequencesAfter(last, runMax);
    for (const sequence of run) {
      if (sequence > last + 1) gaps.push({ first: last + 1, last: sequence - 1 });
      if (gaps.length === limit) return gaps;
      last = sequence;
    }
    if (run.length < runMax) return gaps;
    await setImmediate();
  }
}
