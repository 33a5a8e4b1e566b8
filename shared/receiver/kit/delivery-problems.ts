import { Problem } from '../../http/index.js';

import { deliveryProblemTypes } from './delivery-problem-types.js';

/** The problems that only a receiver of deliveries answers with. */
export const deliveryProblems = {
  badSignature: (detail: string) =>
    new Problem(deliveryProblemTypes.badSignature, {
      detail,
      // RFC 9110 demands a challenge with every 401; Standard Webhooks registers no scheme, so this one only names itself.
      headers: { 'WWW-Authenticate': 'Standard-Webhooks' },
    }),

  webhookIdMismatch: () =>
    new Problem(deliveryProblemTypes.webhookIdMismatch, {
      detail: 'For a single event, webhook-id must be equal to data.id.',
    }),

  /** The id itself is not repeated: it may be any text. */
  conflictingEvent: () =>
    new Problem(deliveryProblemTypes.conflictingEvent, {
      detail: 'An event with this id and other content has been received before; this one changed nothing.',
    }),

  /** A bug in how the receiver is put together: 500, so that senders keep what they have until it is mended. */
  rawBodyGone: () =>
    new Problem(deliveryProblemTypes.rawBodyGone, {
      detail:
        'Signatures are over the raw bytes of the body, and a body parser has read and parsed them before receiveEvents. Mount ' +
        'receiveEvents before express.json(), or have that keep the bytes: express.json({ verify: (request, response, bytes) => ' +
        '{ request.rawBody = bytes; } }).',
    }),
};
