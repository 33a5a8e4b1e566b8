import { readableCount } from '../../../shared/command-line/index.js';
import { receivers } from '../../../shared/shop-client/index.js';
import { readableSeconds } from '../readable-time.js';
import type { Stage } from '../stage.js';

/** Purchases under way are cut off with the process: what became of them, their customers cannot know. */
export async function killCheckout(stage: Stage): Promise<void> {
  const { narrator, shop, extent } = stage;
  const pid = shop.checkout.pid ?? 0;
  narrator.step(
    `kill -9 ${pid}: the checkout dies in mid-stream`,
    'Whoever was just buying gets no answer, and asks again with the same Idempotency-Key until there is one. On start, the checkout ' +
      'replays what its log still holds. Nobody pays twice, and nothing is lost.',
  );
  await stage.read();
  const killed = await stage.kill('checkout');
  await stage.pause(extent.downMs);
  const { downMs, readyMs } = await stage.start('checkout', killed);
  const { recovery } = await stage.untilStatus('both have confirmed something to the new process', ({ destinations }) =>
    receivers.every((receiver) => (destinations[receiver]?.counts.confirmed ?? 0) > 0),
  );
  const deliveredMs = performance.now() - killed.since;
  narrator.result(
    `Ready ${readableSeconds(readyMs - downMs)} after it was started, delivering after ${readableSeconds(deliveredMs - downMs)}. Its ` +
      `recovery took ${recovery.durationMs} ms: ${readableCount(recovery.replayed)} to deliver, ` +
      `${readableCount(recovery.tornBytes)} torn bytes.`,
  );
  await stage.untilSold(extent.purchases / 2);
  narrator.result('Everyone who had no answer has one now, and sales go on.');
}
