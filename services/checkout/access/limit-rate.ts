import type { Request, RequestHandler } from 'express';

import { clientAddress } from '../../../shared/http/index.js';
import { quotaExceeded } from '../checkout-problems.js';
import { addressBlock } from './address-block.js';
import { callerOf } from './caller.js';
import { Quota, type QuotaLimit } from './quota.js';

/** The policy's name, as clients see it in both headers and in the problem. */
const policy = 'purchases';

/**
 * Refuses a caller that asks too often: 429 with `Retry-After`. Says with every answer what is left, in the fields `RateLimit` and
 * `RateLimit-Policy` of draft-ietf-httpapi-ratelimit-headers-10.
 *
 * A caller is the name of an API key or, where there is none, an address. Every request counts that is let through, whatever becomes of
 * it: a replay under an idempotency key costs as much as a purchase.
 *
 * express-rate-limit was weighed and left: its store in memory keeps every address of two windows, without a bound, and hashes the
 * caller's name with each request; with a store of our own, little of it would be used.
 *
 * @param now milliseconds of a clock that never goes back
 */
export function limitRate(limit: QuotaLimit, now: () => number): RequestHandler {
  const quota = new Quota(limit);
  const policyField = `"${policy}";q=${limit.requests};w=${limit.seconds}`;
  return (request, response, next) => {
    const { allowed, remaining, resetMs } = quota.take(callerOf(response) ?? blockOf(request), now());
    const resetSeconds = Math.max(1, Math.ceil(resetMs / 1000));
    response.setHeader('RateLimit-Policy', policyField);
    response.setHeader('RateLimit', `"${policy}";r=${remaining};t=${resetSeconds}`);
    if (allowed) next();
    else next(quotaExceeded(limit, { policy, retryAfterSeconds: resetSeconds }));
  };
}

function blockOf(request: Request): string {
  return addressBlock(clientAddress(request) ?? '') ?? 'unknown';
}
