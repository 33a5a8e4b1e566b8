import type { RequestHandler, Response } from 'express';

import { invalidIdempotencyKey, missingIdempotencyKey } from './checkout-problems.js';
import { idempotencyKeyLengthMax, readIdempotencyKey } from './idempotency-key.js';

/**
 * Reads the `Idempotency-Key` before the body: a key that is missing though `required`, misshapen, or given twice costs no
 * parsing, and nothing is looked up for it.
 */
export function readKeyFirst(required: boolean): RequestHandler {
  return (request, response, next) => {
    const header = request.get('idempotency-key');
    if (header === undefined && required) throw missingIdempotencyKey();
    // Node joins two headers with a comma, and two halves of a quoted key would pass for one key.
    if (header?.includes(',') && request.headersDistinct['idempotency-key']?.length !== 1) {
      throw invalidIdempotencyKey(idempotencyKeyLengthMax);
    }
    response.locals.idempotencyKey = readIdempotencyKey(header);
    next();
  };
}

/** The key that `readKeyFirst` has read. */
export function idempotencyKeyOf(response: Response): string | undefined {
  return response.locals.idempotencyKey as string | undefined;
}
