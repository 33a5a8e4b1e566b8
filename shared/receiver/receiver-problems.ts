import { Problem } from '../http/index.js';

/** The problems that only a receiver answers with. */
export const receiverProblems = {
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

  injectedFault: (status: number, headers: Readonly<Record<string, string>>) =>
    new Problem({
      code: 'injected-fault',
      status,
      title: 'Injected fault',
      detail: 'This failure was ordered with PUT /faults; the delivery was not looked at.',
      headers,
    }),
};
