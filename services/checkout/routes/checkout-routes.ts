import { Router, type RequestHandler } from 'express';

import { jsonBody, notesOf, parseBody, traceOf } from '../../../shared/http/index.js';
import { PurchaseOutcomeUnknownError, PurchaseRefusedError, type RefusedCode } from '../../../shared/journal/index.js';
import { orderSchema } from '../../../shared/purchase/schemas.js';
import { callerOf } from '../access/caller.js';
import type { AcceptPurchase, Acceptance } from '../accept-purchase.js';
import type { Refusal } from '../admission/refusal.js';
import { idempotencyKeyReused, outcomeUnknown, purchaseRefused } from '../checkout-problems.js';
import { idempotencyKeyOf, readKeyFirst } from '../read-key-first.js';
import { acceptedView } from '../purchase-view.js';

/** Of the body of a `POST /checkout`. */
export const orderBytesMax = 64 * 1024;

export interface CheckoutRouteParts {
  readonly acceptPurchase: AcceptPurchase;
  /** Counts what became of a request that reached the journal. */
  readonly countResult: (result: string) => void;
  /** What somebody is told whom the journal has refused. */
  readonly refuse: (code: RefusedCode) => Refusal;
  /** What a request must pass before its body is read, in this order: who sends it, and how often. There was room for it. */
  readonly gates: readonly RequestHandler[];
  readonly requireIdempotencyKey: boolean;
}

/** `POST /checkout`: 201 once the purchase is durable (H1). */
export function checkoutRoutes(parts: CheckoutRouteParts): Router {
  const { acceptPurchase, gates, requireIdempotencyKey } = parts;
  const router = Router();
  router
    .route('/checkout')
    .post(...gates, readKeyFirst(requireIdempotencyKey), ...jsonBody(orderBytesMax), async (request, response) => {
      const idempotencyKey = idempotencyKeyOf(response);
      const order = parseBody(orderSchema, request.body);
      const { status, purchase } = await accepted(
        acceptPurchase(order, { idempotencyKey, caller: callerOf(response), trace: traceOf(response) }),
        parts,
      );
      const { id } = purchase.record.purchase;
      Object.assign(notesOf(response), { id, sequence: purchase.sequence });
      const location = `/purchases/${id}`;
      if (status === 'key-reused') throw idempotencyKeyReused(location);
      if (status === 'replayed') response.set('Idempotency-Replayed', 'true');
      response.status(201).location(location).json(acceptedView(purchase));
    });
  return router;
}

async function accepted(
  acceptance: Promise<Acceptance>,
  { countResult, refuse }: Pick<CheckoutRouteParts, 'countResult' | 'refuse'>,
): Promise<Acceptance> {
  try {
    const result = await acceptance;
    countResult(result.status);
    return result;
  } catch (error) {
    if (error instanceof PurchaseRefusedError) {
      countResult('refused');
      throw purchaseRefused(refuse(error.code), error);
    }
    if (error instanceof PurchaseOutcomeUnknownError) {
      countResult('unknown');
      throw outcomeUnknown(error);
    }
    throw error;
  }
}
