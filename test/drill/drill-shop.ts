import { join } from 'node:path';

import type { ReceiverName } from '../../shared/shop-client/service-names.js';
import { Shop } from '../../shared/shop-processes/shop.js';

/**
 * What a lane can have under way: so many requests at a time of so many purchases. It holds no more than that in memory either
 * (`window`, `retrying`), so it is also all that a kill can leave with an answer that is on no disk.
 */
export const heldMax = 32;
const batchMax = 8;

/** A receiver that was away is tried again soon. Nothing but a receiver that hangs takes as long as the time-out. */
const destinationOptions =
  `;window=${heldMax};retrying=${heldMax};attempts=8;timeout=10000` +
  ';delay=20;delay-max=200;retry-after-max=300;circuit-delay=20;circuit-delay-max=200';

/** Crash points and faults are for demonstrations. */
const demo = { DEMO: '1' };

/** Segments of some dozens of purchases, so that rolls and pruning come often enough to be killed in. */
const checkout = { ...demo, SEGMENT_BYTES: '16384' };

export function openDrillShop(batched: ReceiverName, directory: string): Promise<Shop> {
  const optionsOf = (receiver: ReceiverName) => {
    const batch = receiver === batched ? batchMax : 1;
    return `${destinationOptions};concurrency=${heldMax / batch};batch=${batch}`;
  };
  return Shop.open({
    checkout,
    receivers: demo,
    destinationOptions: { warehouse: optionsOf('warehouse'), finance: optionsOf('finance') },
    dataDirectories: {
      checkout: join(directory, 'checkout'),
      warehouse: join(directory, 'warehouse'),
      finance: join(directory, 'finance'),
    },
  });
}
