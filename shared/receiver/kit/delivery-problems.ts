import { Problem } from '../../http/index.js';

/** The problems that only a receiver of deliveries answers with. */
export const deliveryProblems = {
  badSignature: (detail: string) =>
    new Problem({
      code: 'bad-signature',
      status: 401,
      title: 'The delivery is not signed as it must be',
      detail,
      // RFC 9110 demands a challenge with every 401; Standard Webhooks registers no scheme, so this one only names itself.
      headers: { 'WWW-Authenticate': 'Standard-Webhooks' },
    }),

  webhookIdMismatch: () =>
    new Problem({
      code: 'webhook-id-mismatch',
      status: 400,
      title: 'The webhook-id is not that of the event',
      detail: 'For a single event, webhook-id must be equal to data.id.',
    }),

  conflictingEvent: (id: string) =>
    new Problem({
      code: 'conflicting-event',
      status: 409,
      title: 'The id is taken by another event',
      detail: `An event with the id ${id} and other content has been received before; this one changed nothing.`,
    }),

  /** A bug in how the receiver is put together: 500, so that senders keep what they have until it is mended. */
  rawBodyGone: () =>
    new Problem({
      code: 'raw-body-gone',
      status: 500,
      title: 'The raw body is gone',
      detail:
        'Signatures are over the raw bytes of the body, and a body parser has read and parsed them before receiveEvents. Mount ' +
        'receiveEvents before express.json(), or have that keep the bytes: express.json({ verify: (request, response, bytes) => ' +
        '{ request.rawBody = bytes; } }).',
    }),
};
