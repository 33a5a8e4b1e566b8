import type { Holding } from './types.js';

/** Why a receiver may lack what it lacks: from its side these cannot be told apart. */
const reasons =
  'still under way, parked or discarded at the sender, from before this was a destination, or lost with an older file of this database';

/** What a receiver does not hold, in one line. */
export function describeMissing({ purchases, lowest, highest, missing }: Holding): string {
  const before = lowest > 1 ? ` (${lowest - 1} of them before the first)` : '';
  return `holds ${purchases} purchases up to sequence ${highest}; ${missing} below that are not here${before}: ${reasons}`;
}
