import type { RequestHandler } from 'express';

import { purchaseRefused } from '../checkout-problems.js';
import type { Admission } from './admission.js';

/** The gate of `POST /checkout` that asks whether there is room, before the body is read. */
export function admissionGate(admission: Pick<Admission, 'turnsAway' | 'refuse'>): RequestHandler {
  return (request, _response, next) => {
    const code = admission.turnsAway(request.headers['idempotency-key'] !== undefined);
    if (code === undefined) next();
    else next(purchaseRefused(admission.refuse(code)));
  };
}
