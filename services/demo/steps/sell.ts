import { readableCount } from '../../../shared/command-line/index.js';
import type { Stage } from '../stage.js';

/** All is well. */
export async function sell(stage: Stage): Promise<void> {
  stage.narrator.step(
    'All is well',
    'Customers buy. Each purchase is written to the log and synced before the customer hears yes, then delivered to the warehouse and ' +
      'to finance. The line below shows the log (█ is owed to someone, ░ is finished and soon pruned), the low-water mark, and what ' +
      'each of the two has yet to confirm.',
  );
  await stage.read();
  await stage.untilSold(stage.extent.purchases);
  const { log } = await stage.status();
  stage.narrator.result(
    `${readableCount(stage.sold)} customers heard yes; the mark is at ${readableCount(log.lowWaterMark)}, close behind.`,
  );
}
