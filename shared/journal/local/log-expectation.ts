import type { LogExpectation } from '../../wal/index.js';
import type { LogState } from './projection-store.js';

/**
 * What the log must be, if it is the one that belongs here. All that the database holds may have been pruned, also beyond its
 * mark: an older copy has an older mark, and lacks nothing all the same.
 */
export function expectationOf({ identity, projected }: LogState): LogExpectation {
  return { identity, durable: projected, lowWaterMark: projected };
}
