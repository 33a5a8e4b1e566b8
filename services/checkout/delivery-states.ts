import type { DeliveryState } from '../../shared/journal/index.js';

/** What a delivery may be asked for by. */
export const deliveryStates = [
  'pending',
  'confirmed',
  'retrying',
  'parked',
  'discarded',
] as const satisfies readonly DeliveryState[];
