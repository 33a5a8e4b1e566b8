import { readableCount } from '../../../shared/command-line/index.js';
import { readableSeconds } from '../readable-time.js';
import type { Stage } from '../stage.js';

/** One destination is gone; the lanes are independent. */
export async function financeDown(stage: Stage): Promise<void> {
  const { narrator, shop, extent } = stage;
  narrator.step(
    `kill -9 ${shop.finance.pid ?? 0}: finance dies`,
    'The warehouse goes on as if nothing had happened. The mark stands where finance stopped: what is above it stays in the log, ' +
      'and finance gets it when it is back.',
  );
  await stage.read();
  const killed = await stage.kill('finance');
  const before = await shop.warehouseSummary();
  const { log, destinations } = await stage.untilStatus(
    `finance is owed ${extent.purchases} purchases`,
    (status) => (status.destinations.finance?.pending ?? 0) >= extent.purchases,
  );
  const after = await shop.warehouseSummary();
  narrator.result(
    `Meanwhile the warehouse got ${readableCount(after.purchases - before.purchases)} purchases, finance is owed ` +
      `${readableCount(destinations.finance?.pending ?? 0)}, and /status says why the mark stands: "${shortened(log.markReason)}".`,
  );
  await stage.read();
  await stage.start('finance', killed);
  const startedAt = performance.now();
  const drained = await stage.untilStatus(
    'finance has caught up',
    (status) => status.log.lowWaterMark > log.durableSequence,
  );
  narrator.result(
    `Finance is back, and has caught up within ${readableSeconds(performance.now() - startedAt)}: the mark is at ` +
      `${readableCount(drained.log.lowWaterMark)}, and the log holds ${segments(drained.log.segments)}.`,
  );
}

function segments(count: number): string {
  return count === 1 ? 'one segment' : `${count} segments`;
}

/** Times to the second, and nothing of what an error says in detail. */
function shortened(reason: string): string {
  return reason.replace(/T(\d\d:\d\d:\d\d)\.\d{3}Z/g, ' $1').replace(/^(.{0,150}\b).*$/, '$1');
}
