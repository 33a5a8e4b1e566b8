import { Router, type RequestHandler } from 'express';

import { jsonBody, methodNotAllowed, parseBody } from '../../../shared/http/index.js';
import { PurchaseOutcomeUnknownError, PurchaseRefusedError } from '../../../shared/journal/index.js';
import { orderSchema } from '../../../shared/purchase/schemas.js';
import type { AcceptPurchase, Acceptance } from '../accept-purchase.js';
import { idempotencyKeyReused, outcomeUnknown, purchaseRefused } from '../checkout-problems.js';
import { readIdempotencyKey } from '../idempotency-key.js';
import { acceptedView } from '../purchase-view.js';

/** Of the body of a `POST /checkout`. */
export const orderBytesMax = 64 * 1024;

export interface CheckoutRouteParts {
  readonly acceptPurchase: AcceptPurchase;
  /** Counts what became of a request that reached the journal. */
  readonly countResult: (result: string) => void;
  /** What a request must pass before its body is read, in this order: who sends it, how often, and whether there is room for it. */
  readonly gates: readonly RequestHandler[];
}

/** `POST /checkout`: 201 once the purchase is durable (H1). */
export function checkoutRoutes({ acceptPurchase, countResult, gates }: CheckoutRouteParts): Router {
  const router = Router();
  router
    .route('/checkout')
    .post(...gates, ...jsonBody(orderBytesMax), async (request, response) => {
      const idempotencyKey = readIdempotencyKey(request.get('idempotency-key'));
      const order = parseBody(orderSchema, request.body);
      const { status, purchase } = await accepted(
        acceptPurchase(order, { idempotencyKey, caller: undefined, trace: undefined }),
        countResult,
      );
      const location = `/purchases/${purchase.record.purchase.id}`;
      if (status === 'key-reused') throw idempotencyKeyReused(location);
      if (status === 'replayed') response.set('Idempotency-Replayed', 'true');
      response.status(201).location(location).json(acceptedView(purchase));
    })
    .all(methodNotAllowed('POST'));
  return router;
}

async function accepted(acceptance: Promise<Acceptance>, countResult: (result: string) => void): Promise<Acceptance> {
  try {
    const result = await acceptance;
    countResult(result.status);
    return result;
  } catch (error) {
    if (error instanceof PurchaseRefusedError) {
      countResult('refused');
      throw purchaseRefused(error);
    }
    if (error instanceof PurchaseOutcomeUnknownError) {
      countResult('unknown');
      throw outcomeUnknown(error);
    }
    throw error;
  }
}
