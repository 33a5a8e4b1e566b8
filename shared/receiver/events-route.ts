import { Router, type Request, type RequestHandler } from 'express';

import { methodNotAllowed, rawJsonBody, sendProblem } from '../http/index.js';

import type { FaultPlan, Faults } from './faults.js';
import type { FullDisk } from './full-disk.js';
import { deliveryLimits } from './limits.js';
import { parseDelivery } from './parse-delivery.js';
import type { DeliveryAnswer, ReceiveDelivery } from './receive-delivery.js';
import { receiverProblems } from './receiver-problems.js';
import type { SignatureCheck } from './signature-check.js';
import type { ObserveResult } from './types.js';

export interface EventsRouteOptions {
  readonly checkSignature: SignatureCheck;
  readonly receive: ReceiveDelivery;
  readonly fullDisk: FullDisk;
  readonly observe: ObserveResult;
  /** Absent outside a demonstration. */
  readonly faults: Faults | undefined;
  readonly sleep: (ms: number) => Promise<unknown>;
}

/** `POST /events`: takes one signed event or a batch of them. */
export function eventsRoute(options: EventsRouteOptions): Router {
  const router = Router();
  router
    .route('/events')
    .post(rawJsonBody(deliveryLimits.bodyBytesMax), deliveryHandler(options))
    .all(methodNotAllowed('POST'));
  return router;
}

/**
 * Faults come before the signature is checked: they stand for a service that is overloaded or gone, and such a service does
 * not look at a delivery before it fails it. They come after the body was read, so that the connection stays in order and a
 * client that leaves is noticed.
 */
function deliveryHandler(options: EventsRouteOptions): RequestHandler {
  const { faults, sleep } = options;
  return async (request, response) => {
    const plan: FaultPlan | undefined = faults?.plan();
    if (plan && plan.latencyMs > 0) await sleep(plan.latencyMs);
    // The socket stays open until the client or a stop closes it.
    if (plan?.hang) return;
    if (plan?.failure) {
      const { status, retryAfterSeconds } = plan.failure;
      const headers = retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) };
      sendProblem(response, receiverProblems.injectedFault(status, headers));
      return;
    }
    const answer = await answerDelivery(request, options);
    if (plan?.dropAfterCommit) request.socket.destroy();
    else response.json(answer);
  };
}

async function answerDelivery(request: Request, options: EventsRouteOptions): Promise<DeliveryAnswer> {
  const body: unknown = request.body;
  const raw = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const webhookId = requireSignature(request, raw, options);
  const delivery = parseDelivery(raw);
  return options.fullDisk.orComeBack(() => options.receive(delivery, webhookId));
}

function requireSignature(request: Request, raw: Buffer, options: EventsRouteOptions): string {
  try {
    return options.checkSignature(request.headers, raw);
  } catch (error) {
    options.observe('unauthenticated');
    throw error;
  }
}
