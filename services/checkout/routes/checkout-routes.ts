import { Router } from 'express';

import { jsonBody, methodNotAllowed, parseBody } from '../../../shared/http/index.js';
import { PurchaseOutcomeUnknownError, PurchaseRefusedError } from '../../../shared/journal/index.js';
import { orderSchema } from '../../../shared/purchase/schemas.js';
import type { AcceptPurchase, Acceptance } from '../accept-purchase.js';
import { idempotencyKeyReused, outcomeUnknown, purchaseRefused } from '../checkout-problems.js';
import { readIdempotencyKey } from '../idempotency-key.js';
import { acceptedView } from '../purchase-view.js';

const bodyBytesMax = 64 * 1024;

/** `POST /checkout`: 201 once the purchase is durable (H1). */
export function checkoutRoutes(acceptPurchase: AcceptPurchase, countResult: (result: string) => void): Router {
  const router = Router();
  router
    .route('/checkout')
    .post(...jsonBody(bodyBytesMax), async (request, response) => {
      const key = readIdempotencyKey(request.get('idempotency-key'));
      const order = parseBody(orderSchema, request.body);
      const { status, purchase } = await accepted(acceptPurchase(order, key), countResult);
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
