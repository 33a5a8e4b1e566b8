import { Problem, problems } from '../../shared/http/index.js';
import type { PurchaseOutcomeUnknownError, PurchaseRefusedError, RefusedCode } from '../../shared/journal/index.js';
import type { Refusal as DecisionRefusal } from '../../shared/outbox/index.js';
import type { Refusal } from './admission/refusal.js';
import { checkoutProblemTypes } from './checkout-problem-types.js';

/** The `reason` of a problem, and its text. */
const refused: Readonly<Record<RefusedCode, readonly [reason: string, detail: string]>> = {
  'disk-full': ['disk-full', 'The disk is full.'],
  'disk-reserve': ['disk-reserve', 'The disk has less space left than the service keeps free.'],
  backlog: ['backlog', 'Destinations have more purchases to confirm than may wait for them.'],
  overloaded: ['overloaded', 'More purchases are waiting than the service can take on.'],
  closed: ['shutting-down', 'The service is shutting down.'],
  failed: ['log-failed', 'The log has failed; the service is about to start anew.'],
};

/** What the `reason` of the problem is that answers a refused purchase. */
export function refusedReason(code: RefusedCode): string {
  return refused[code][0];
}

/** All that it can be. */
export const refusedReasons: readonly string[] = Object.values(refused).map(([reason]) => reason);

/** H1: nothing was written. */
export function purchaseRefused({ code, retryAfterSeconds }: Refusal, cause?: PurchaseRefusedError): Problem {
  const [reason, detail] = refused[code];
  return new Problem(checkoutProblemTypes.purchaseRefused, {
    reason,
    detail: `${detail} Nothing was written: try again later.`,
    headers: { 'Retry-After': String(retryAfterSeconds) },
    cause,
  });
}

/** H1: it may have been written. */
export function outcomeUnknown(error: PurchaseOutcomeUnknownError): Problem {
  return new Problem(checkoutProblemTypes.outcomeUnknown, {
    detail:
      'The purchase may or may not have been written. A retry with the same Idempotency-Key is safe: it gives the same purchase.',
    cause: error,
  });
}

export function missingIdempotencyKey(): Problem {
  const type = checkoutProblemTypes.idempotencyKeyRequired;
  return new Problem(type, {
    detail: `Send an Idempotency-Key, for example a UUID, with each purchase; /docs#problem-${type.code} says how.`,
  });
}

export function invalidIdempotencyKey(lengthMax: number): Problem {
  const type = checkoutProblemTypes.invalidIdempotencyKey;
  return new Problem(type, {
    detail:
      `Send one Idempotency-Key of 1 to ${lengthMax} printable ASCII characters, for example a UUID: in double quotes, or bare and ` +
      'then without spaces, commas and quotes.',
  });
}

export function idempotencyKeyReused(location: string): Problem {
  return new Problem(checkoutProblemTypes.idempotencyKeyReused, {
    detail: `This key was used before with another body, for ${location}. Use a new key for a new purchase.`,
    headers: { Location: location },
  });
}

/** Type and member are those of draft-ietf-httpapi-ratelimit-headers. */
export function quotaExceeded(
  limit: { requests: number; seconds: number },
  { policy, retryAfterSeconds }: { policy: string; retryAfterSeconds: number },
): Problem {
  return new Problem(checkoutProblemTypes.quotaExceeded, {
    detail: `There may be ${limit.requests} requests in ${limit.seconds} seconds. Nothing was written: try again in ${retryAfterSeconds} s.`,
    extensions: { 'violated-policies': [policy] },
    headers: { 'Retry-After': String(retryAfterSeconds) },
  });
}

/** What a person decided about a delivery cannot be done. */
const stateDetail = {
  'no-outcome':
    'It is still to be delivered, so there is nothing to decide yet: wait for its outcome, or pause the destination to hold it back.',
  'not-parked': 'Only a parked delivery can be retried.',
  'already-final': 'It is confirmed or discarded already.',
};

const notReadyDetail = {
  busy: 'Another decision about this delivery, or its last outcome, is just being recorded. Nothing was changed: ask again in a moment.',
  'too-many-retrying':
    'The destination has as many purchases to try again as it may (option `retrying`). Nothing was changed: ask again when some ' +
    'have been delivered; GET /status says what keeps them.',
  stopped: 'The deliveries are being stopped. Nothing was changed: ask again when the service is ready (GET /readyz).',
};

/** What a person asked for was not done. */
export function decisionRefused(reason: DecisionRefusal): Problem {
  switch (reason) {
    case 'unknown-destination':
      return problems.notFound('There is no such destination.');
    case 'no-outcome':
    case 'not-parked':
    case 'already-final':
      return new Problem(checkoutProblemTypes.deliveryState, {
        detail: stateDetail[reason],
      });
    case 'busy':
    case 'too-many-retrying':
    case 'stopped':
      return problems.notReady(notReadyDetail[reason], reason === 'too-many-retrying' ? 5 : 1);
  }
}
