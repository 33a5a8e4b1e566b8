import { z } from 'zod';

import { pageParameters } from '../openapi/describe.js';
import type { Operation, Parameter } from '../openapi/index.js';
import type { PurchaseEvent } from '../purchase/index.js';
import { eventSchema } from '../purchase/schemas.js';

import { faultSettingsSchema } from './fault-settings.js';
import { faultsBytesMax } from './faults-route.js';
import { deliveryLimits, deliveryProblemTypes } from './kit/index.js';
import { auditSchema, deliveryAnswerSchema, gapsSchema } from './receiver-answers.js';
import { receiverProblemTypes } from './receiver-problem-types.js';

const sampleEvent: PurchaseEvent = {
  type: 'purchase.accepted',
  timestamp: '2026-11-23T07:21:31.732Z',
  data: {
    ...{ id: '01a20748-0b54-72fd-8af3-b38f10357853', sequence: 1, customerId: 'alice', currency: 'GBP' },
    ...{
      items: [{ sku: 'BOOK-1', quantity: 2, unitPrice: 1250 }],
      total: 2500,
      acceptedAt: '2026-11-23T07:21:31.732Z',
    },
  },
};
const { id, sequence, total, currency } = sampleEvent.data;

const deliveries = { name: 'Deliveries', description: 'For a checkout, which signs what it sends.' };
const audits = { name: 'Auditing', description: 'For admins: what is held, and what is not.' };
const demonstration = {
  name: 'Demonstration',
  description: 'For admins, only with `DEMO=1`: faults, to watch what they lead to.',
};

const signatureHeaders: readonly Parameter[] = [
  {
    ...{ in: 'header', name: 'webhook-id', required: true, schema: z.string(), example: id },
    description: 'For one event its `data.id`; for a batch anything. The same on every attempt.',
  },
  {
    ...{ in: 'header', name: 'webhook-timestamp', required: true, schema: z.string().regex(/^\d{1,12}$/) },
    description: `Seconds since 1970 at this attempt; at most ${deliveryLimits.toleranceSeconds} from now.`,
  },
  {
    ...{ in: 'header', name: 'webhook-signature', required: true, schema: z.string() },
    description: 'Over the bytes of the body as they are sent. One that fits is enough; they are separated by spaces.',
  },
];

const faults = {
  status: 503,
  rate: 0.3,
  sku: 'BOOK-1',
  latencyMs: 200,
  retryAfterSeconds: 2,
  hangRate: 0.1,
  dropAfterCommitRate: 0.1,
};

const takeEvents: Operation = {
  ...{ method: 'post', path: '/events', id: 'takeEvents', tag: deliveries.name, access: 'signed' },
  summary: 'Takes one purchase, or a batch of them, each once.',
  producesAnyway: true,
  description:
    'A 200 goes out once everything that it says is on disk. In a batch, an event that cannot be taken does not harm the others: each has ' +
    'its own result. An id that was received before is a duplicate, and changes nothing.',
  parameters: signatureHeaders,
  sampleBefore: () => [
    '# This delivers a purchase that nobody bought: it stays in the books, which differ from those of the checkout then.',
  ],
  body: {
    schema: z.union([eventSchema, z.array(eventSchema).min(1).max(deliveryLimits.eventsMax)]),
    bytesMax: deliveryLimits.bodyBytesMax,
    examples: { 'one event': sampleEvent, 'a batch': [sampleEvent] },
  },
  answers: [
    { status: 200, description: 'It is stored.', schema: deliveryAnswerSchema, example: { status: 'applied' } },
  ],
  problems: [
    deliveryProblemTypes.badSignature,
    deliveryProblemTypes.webhookIdMismatch,
    deliveryProblemTypes.conflictingEvent,
  ],
};

const auditOperations: readonly Operation[] = [
  {
    ...{ method: 'get', path: '/audit', id: 'audit', tag: audits.name, access: 'admin' },
    summary: 'Lists what is held, in sequence.',
    parameters: pageParameters('sequence'),
    answers: [
      {
        status: 200,
        description: 'A page of it; longer than `limit` rather than to end within one sequence.',
        schema: auditSchema,
        example: { entries: [{ sequence, id, total, currency }] },
      },
    ],
  },
  {
    ...{ method: 'get', path: '/audit/gaps', id: 'findGaps', tag: audits.name, access: 'admin' },
    summary: 'Lists the sequences below the highest that are not held.',
    description: 'The next page begins after the `last` of the last gap.',
    parameters: pageParameters('sequence'),
    answers: [
      {
        status: 200,
        description: 'How much is held, and a page of gaps.',
        schema: gapsSchema,
        example: { purchases: 2, lowest: 1, highest: 4, missing: 2, gaps: [{ first: 2, last: 3 }] },
      },
    ],
  },
];

const faultOperations: readonly Operation[] = [
  {
    ...{ method: 'get', path: '/faults', id: 'readFaults', tag: demonstration.name, access: 'admin' },
    summary: 'Shows the faults in force.',
    answers: [{ status: 200, description: 'Those that are set.', schema: faultSettingsSchema, example: faults }],
  },
  {
    ...{ method: 'put', path: '/faults', id: 'setFaults', tag: demonstration.name, access: 'admin' },
    summary: 'Replaces the faults in force; `{}` ends them, and so does a restart.',
    body: {
      schema: faultSettingsSchema,
      bytesMax: faultsBytesMax,
      examples: { none: {}, 'as bad as it gets': faults },
    },
    answers: [{ status: 200, description: 'They are in force.', schema: faultSettingsSchema, example: faults }],
  },
];

/** What `createReceiver` does, with its tags. In a demonstration deliveries may be made to fail. */
export function describeReceiver({ demo }: { readonly demo: boolean }) {
  const { injectedFault } = receiverProblemTypes;
  return {
    tags: [deliveries, audits, ...(demo ? [demonstration] : [])],
    operations: [
      demo ? { ...takeEvents, anyFailure: injectedFault } : takeEvents,
      ...auditOperations,
      ...(demo ? faultOperations : []),
    ] satisfies readonly Operation[],
    problemTypes: [
      ...[
        deliveryProblemTypes.badSignature,
        deliveryProblemTypes.webhookIdMismatch,
        deliveryProblemTypes.conflictingEvent,
      ],
      ...(demo ? [injectedFault] : []),
    ],
  };
}
