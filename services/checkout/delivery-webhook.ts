import { z } from 'zod';

import type { Webhook } from '../../shared/openapi/index.js';
import { purchaseEvent } from '../../shared/purchase/index.js';
import { eventSchema } from '../../shared/purchase/schemas.js';
import { sampleOrder, samplePurchase } from './routes/sample-order.js';

const { id, sequence, total, acceptedAt } = samplePurchase;
const event = purchaseEvent(sequence, { ...sampleOrder, id, total, acceptedAt });

/** What a destination is sent. What its answers mean is decided in the outbox (`classify-answer.ts`). */
export const deliveryWebhook: Webhook = {
  id: 'purchaseAccepted',
  summary: 'A purchase was accepted.',
  description:
    'Sent to the URL of each destination until it says yes: at least once, each time with the same `webhook-id`, in no promised ' +
    'order unless the destination has `order=key`. A destination that is configured with `batch` gets several events as a list, and ' +
    'answers for each.',
  headers: [
    {
      ...{ in: 'header', name: 'webhook-id', required: true, schema: z.string(), example: id },
      description: '`data.id` of the event, the same on every attempt; for a batch, one that is made of all of them.',
    },
    {
      ...{ in: 'header', name: 'webhook-timestamp', required: true, schema: z.string().regex(/^\d+$/) },
      description: 'Seconds since 1970 at this attempt.',
    },
    {
      ...{ in: 'header', name: 'webhook-signature', required: true, schema: z.string() },
      description: 'Standard Webhooks 1.0.0: `v1,` and base64, one for each secret in force, separated by spaces.',
    },
    {
      ...{ in: 'header', name: 'traceparent', schema: z.string() },
      description: 'The W3C trace of the request that bought it, if it had one.',
    },
  ],
  body: {
    schema: z.union([eventSchema, z.array(eventSchema).min(1).max(500)]),
    bytesMax: 10 * 1024 * 1024,
    examples: { 'one event': event, 'a batch': [event] },
  },
  answers: {
    '2XX': {
      description:
        'It has stored the purchase: the delivery is confirmed. For a batch, `results` says so for each event; one that is `rejected` is ' +
        'parked, one that is to `retry` is sent again.',
    },
    '3XX': { description: 'Never followed. The destination is spared until it answers otherwise.' },
    '4XX': {
      description:
        '400, 409, 413, 415, 422 speak of this event: it is parked for a person. 401, 403, 404, 410 speak of the destination: it is spared, ' +
        'and the event kept. 408, 425, 429: tried again, after `Retry-After` where given.',
    },
    '5XX': { description: 'Tried again, after `Retry-After` where given.' },
  },
};
