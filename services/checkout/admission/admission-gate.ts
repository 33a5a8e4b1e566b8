import type { IncomingMessage } from 'node:http';

import { prepareProblem, type App, type SendPrepared } from '../../../shared/http/index.js';
import type { RefusedCode } from '../../../shared/journal/index.js';
import { docsPath } from '../../../shared/openapi/index.js';
import { purchaseRefused } from '../checkout-problems.js';
import type { Admission } from './admission.js';

/**
 * Puts the question whether there is room in front of an app: a `POST /checkout` for which there is none is refused before its body
 * is read, and before the app sees it.
 *
 * Under overload most requests end here, and what it costs to refuse one is what is left of the service for the others: Express
 * alone takes five times as long as this (test/bench/README.md). For the same reason it is asked before who sends the request.
 * What slips through, because it names its path in another way, meets the same bound when its order has been read.
 */
export function admissionGate(admission: Pick<Admission, 'turnsAway' | 'refuse'>, app: App): App {
  const prepared = new Map<RefusedCode, SendPrepared>();
  return (request, response, next) => {
    const code = isPurchase(request) ? admission.turnsAway('idempotency-key' in request.headers) : undefined;
    if (code === undefined) {
      app(request, response, next);
      return;
    }
    const refusal = admission.refuse(code);
    let send = prepared.get(code);
    if (!send) {
      send = prepareProblem(purchaseRefused(refusal), { page: docsPath, route: '/checkout' });
      prepared.set(code, send);
    }
    send(response, refusal.retryAfterSeconds);
  };
}

/** As the route has it: in any case, with or without a slash at the end. */
function isPurchase({ method, url = '' }: IncomingMessage): boolean {
  return method === 'POST' && /^\/checkout\/?(\?|$)/i.test(url);
}
