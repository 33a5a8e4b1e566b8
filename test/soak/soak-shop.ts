import type { ReceiverName } from '../../shared/shop-client/service-names.js';
import { Shop } from '../../shared/shop-processes/shop.js';

/**
 * Short enough that hangs end and delays pass within one weather, small enough that the lanes come to their bounds: what they
 * hold at the worst is a fraction of a second of sales. Few attempts, so that entries are given up, too.
 */
const destinationOptions =
  ';timeout=600;concurrency=8;window=64;retrying=256;attempts=8' +
  ';delay=30;delay-max=500;retry-after-max=2000;circuit-delay=30;circuit-delay-max=500';
const batchOption = ';batch=50';

const demo = { DEMO: '1' };

/** Segments of some hundred purchases, so that many are pruned. */
const checkout = { ...demo, SEGMENT_BYTES: '65536' };

/** Lets the checkout's memory be looked at in a life that is started with it. */
export const inspected = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };

export function openSoakShop(batched: ReceiverName): Promise<Shop> {
  const optionsOf = (receiver: ReceiverName) => destinationOptions + (receiver === batched ? batchOption : '');
  return Shop.open({
    checkout,
    receivers: demo,
    destinationOptions: { warehouse: optionsOf('warehouse'), finance: optionsOf('finance') },
  });
}
