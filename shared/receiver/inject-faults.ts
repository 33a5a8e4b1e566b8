import type { RequestHandler, Response } from 'express';

import { sendProblem } from '../http/index.js';

import type { Faults } from './faults.js';
import type { DeliveryAnswer } from './kit/index.js';
import { receiverProblems } from './receiver-problems.js';

/** In `response.locals` of a delivery whose answer is to be cut off. */
const dropped = 'dropAfterCommit';

/**
 * Lets a delivery suffer what the faults in force have in store for it, and hands on what is left.
 *
 * Faults come before the signature is checked: they stand for a service that is overloaded or gone, and such a service does
 * not look at a delivery before it fails it. They come after the body was read, so that the connection stays in order and a
 * client that leaves is noticed.
 */
export function injectFaults(faults: Faults, sleep: (ms: number) => Promise<unknown>): RequestHandler {
  return async (request, response, next) => {
    const body: unknown = request.body;
    const plan = faults.plan(Buffer.isBuffer(body) ? body : Buffer.alloc(0));
    if (plan.latencyMs > 0) await sleep(plan.latencyMs);
    // The socket stays open until the client or a stop closes it.
    if (plan.hang) return;
    if (plan.failure) {
      const { status, retryAfterSeconds } = plan.failure;
      const headers = retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) };
      sendProblem(response, receiverProblems.injectedFault(status, headers));
      return;
    }
    response.locals[dropped] = plan.dropAfterCommit;
    next();
  };
}

/** Answers, unless the connection is to be cut once the work is done. */
export function sendUnlessDropped(response: Response, answer: DeliveryAnswer): void {
  if (response.locals[dropped] === true) response.req.socket.destroy();
  else response.json(answer);
}
