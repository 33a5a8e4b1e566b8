import type { ProblemType } from '../../http/index.js';

/** The kinds of failure that only a receiver of deliveries answers with. */
export const deliveryProblemTypes = {
  badSignature: {
    code: 'bad-signature',
    statuses: [401],
    title: 'The delivery is not signed as it must be',
    advice: 'Sign the raw bytes of the body with the secret that both sides know, at the time of sending.',
  },
  webhookIdMismatch: {
    code: 'webhook-id-mismatch',
    statuses: [400],
    title: 'The webhook-id is not that of the event',
    advice: 'For a single event, send `data.id` as `webhook-id`.',
  },
  conflictingEvent: {
    code: 'conflicting-event',
    statuses: [409],
    title: 'The id is taken by another event',
    advice: 'A person must look which of the two is right: what was received first stays.',
  },
  rawBodyGone: {
    code: 'raw-body-gone',
    statuses: [500],
    title: 'The raw body is gone',
    advice: 'A bug in how the receiver is put together: mount it before any parser, as the text says.',
  },
} as const satisfies Record<string, ProblemType>;
