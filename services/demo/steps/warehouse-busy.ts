import { readableCount } from '../../../shared/command-line/index.js';
import type { DeliveryCounts } from '../../../shared/shop-client/index.js';
import type { Stage } from '../stage.js';

/** A destination that says when it wants to be asked again. */
export async function warehouseBusy(stage: Stage): Promise<void> {
  const { narrator, shop, extent } = stage;
  narrator.step(
    `The warehouse answers 503 with Retry-After: ${extent.retryAfterSeconds}`,
    'It is asked again when it wants to be, not before, and with one purchase at a time: the circuit spares it. Finance goes on.',
  );
  await stage.read();
  await shop.injectFaults('warehouse', { status: 503, retryAfterSeconds: extent.retryAfterSeconds });
  await stage.untilStatus('its circuit is open', ({ destinations }) => destinations.warehouse?.circuit === 'open');
  const before = await attempts(stage);
  const { destinations } = await stage.untilStatus(
    `the warehouse is owed ${extent.purchases} purchases`,
    (status) => (status.destinations.warehouse?.pending ?? 0) >= extent.purchases,
  );
  const asked = (await attempts(stage)) - before;
  await shop.injectFaults('warehouse', {});
  narrator.result(
    `While ${readableCount(destinations.warehouse?.pending ?? 0)} purchases piled up it was ` +
      `${times(asked)}. Now it is well again.`,
  );
  await stage.untilStatus(
    'the warehouse has caught up',
    (status) => status.destinations.warehouse?.circuit === 'closed',
  );
  const { sold } = stage;
  await stage.until(
    'the warehouse has caught up',
    () => shop.warehouseSummary(),
    ({ purchases }) => purchases >= sold,
  );
  narrator.result('All of it has been delivered since.');
}

function times(asked: number): string {
  if (asked === 0) return 'not asked at all';
  return asked === 1 ? 'asked once' : `asked ${asked} times`;
}

async function attempts(stage: Stage): Promise<DeliveryCounts['attempts']> {
  return (await stage.status()).destinations.warehouse?.counts.attempts ?? 0;
}
