import type { Journal } from '../../shared/journal/index.js';
import type { Refusal } from '../../shared/outbox/index.js';
import type { TestCheckoutOptions } from './checkout-app.js';

/** What a checkout cannot do at the moment. */
export interface CheckoutMood {
  /** Purchases fail with this. */
  appendError: Error | undefined;
  /** Decisions are refused for this. */
  refusal: Refusal | undefined;
}

/** Options of a checkout that does what its mood says; otherwise purchases are appended with `append`. */
export function moody(mood: CheckoutMood, append: Journal['append']): TestCheckoutOptions {
  const decide = () =>
    Promise.resolve(
      mood.refusal === undefined
        ? { status: 'done' as const, retried: 0, more: false, redelivered: [], refused: [] }
        : { status: 'refused' as const, reason: mood.refusal },
    );
  return {
    append: (record) => (mood.appendError ? Promise.reject(mood.appendError) : append(record)),
    delivery: {
      ...{ retry: decide, retryParked: decide, redeliver: decide, discard: decide },
      ...{ pause: decide, resume: decide },
    },
  };
}
