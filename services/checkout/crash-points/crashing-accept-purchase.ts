import type { CrashPoint } from '../../../shared/crash-points/index.js';
import type { AcceptPurchase } from '../accept-purchase.js';

/** Passes **before-answer** when a purchase is durable and the customer has not been told; a repeated key counts as well. */
export function crashingAcceptPurchase(acceptPurchase: AcceptPurchase, point: CrashPoint): AcceptPurchase {
  return async (order, context) => {
    const acceptance = await acceptPurchase(order, context);
    point.pass('before-answer');
    return acceptance;
  };
}
