import { problemTypes } from '../../../shared/http/index.js';
import { pageParameters } from '../../../shared/openapi/describe.js';
import type { Operation } from '../../../shared/openapi/index.js';
import {
  deliveryListSchema,
  discardedSchema,
  oneDeliverySchema,
  pausedSchema,
  redeliveredSchema,
  retriedManySchema,
  retriedSchema,
} from '../answers/delivery-answers.js';
import { checkoutProblemTypes } from '../checkout-problem-types.js';
import { decisionSchema, discardSchema, redeliverySchema, resumeSchema } from '../decision-bodies.js';
import { destinationInPath, destinationInQuery, sequenceIn, stateInQuery } from './delivery-parameters.js';
import { decisionBytesMax as bytesMax } from './delivery-routes.js';
import { redeliveryBytesMax } from './redelivery-routes.js';
import { sampleOrder, samplePurchase } from './sample-order.js';

const { notFound, notReady } = problemTypes;
const { deliveryState } = checkoutProblemTypes;
const { id, sequence, total, acceptedAt } = samplePurchase;
const { customerId, currency } = sampleOrder;
const one = [destinationInPath('destination'), sequenceIn('path', 'Which purchase.')];
const parked = {
  ...{ sequence, destination: 'finance', state: 'parked', attempts: 1, parkedAt: '2026-11-23T07:21:31.850Z' },
  lastError: '422 Unprocessable Entity: unknown currency',
};
const mayGiveReason = {
  ...{ schema: decisionSchema, optional: true, bytesMax },
  examples: { 'with a reason': { reason: 'the currency is there now' }, 'without one': {} },
};
const common = { tag: 'Deciding', access: 'admin' } as const;

/** What `deliveryRoutes` does. */
export const deliveryOperations: readonly Operation[] = [
  {
    ...{ ...common, method: 'get', path: '/deliveries', id: 'listDeliveries' },
    summary: 'Lists deliveries, in sequence.',
    parameters: [stateInQuery, destinationInQuery, ...pageParameters('sequence')],
    answers: [
      {
        status: 200,
        description:
          'A page of them; those of one purchase are never torn apart, so it may hold a few more than `limit`.',
        schema: deliveryListSchema,
        example: { deliveries: [parked] },
      },
    ],
  },
  {
    ...{ ...common, method: 'get', path: '/deliveries/{destination}/{sequence}', id: 'findDelivery' },
    summary: 'Shows a delivery: its state, the purchase it is about, and what was decided before.',
    parameters: one,
    answers: [
      {
        status: 200,
        description: 'The delivery.',
        schema: oneDeliverySchema,
        example: { ...parked, purchase: { sequence, id, customerId, currency, total, acceptedAt }, decisions: [] },
      },
    ],
    problems: [notFound],
  },
  {
    ...{ ...common, method: 'post', path: '/deliveries/{destination}/{sequence}/retry', id: 'retryDelivery' },
    summary: 'Tries a parked delivery again, with a fresh allowance of attempts.',
    description: 'Answered once that is durable, and on record as a decision.',
    parameters: one,
    body: mayGiveReason,
    answers: [
      { status: 200, description: 'It is tried again.', schema: retriedSchema, example: { state: 'retrying' } },
    ],
    problems: [notFound, deliveryState, notReady],
  },
  {
    ...{ ...common, method: 'post', path: '/deliveries/{destination}/retry', id: 'retryDeliveries' },
    summary: 'Tries all that are parked at a destination, as far as there is room: ask until `more` is false.',
    parameters: [destinationInPath('destination')],
    body: mayGiveReason,
    answers: [
      {
        status: 200,
        description: 'So many are tried again.',
        schema: retriedManySchema,
        example: { retried: 12, more: false },
      },
    ],
    problems: [notFound, notReady],
  },
  {
    ...{ ...common, method: 'post', path: '/deliveries/{destination}/redeliver', id: 'redeliver' },
    summary: 'Delivers purchases again that a destination confirmed and does not hold any more.',
    description:
      'For one whose data was lost or restored. They go under their ids, unasked, as far as there is room; a destination that has one ' +
      'after all knows it by that. Answered once that is durable, and on record as a decision about each.',
    parameters: [destinationInPath('destination')],
    body: {
      ...{ schema: redeliverySchema, bytesMax: redeliveryBytesMax },
      examples: { 'after an audit': { sequences: [sequence, 7], reason: 'restored from the backup of Sunday' } },
    },
    answers: [
      {
        status: 200,
        description: 'Which are delivered again, and which are not.',
        schema: redeliveredSchema,
        example: { redelivered: [sequence], refused: [{ sequence: 7, reason: 'parked' }] },
      },
    ],
    problems: [notFound, notReady],
  },
  {
    ...{ ...common, method: 'post', path: '/deliveries/{destination}/{sequence}/discard', id: 'discardDelivery' },
    summary: 'Gives a delivery up for good, with a reason.',
    description: 'One that is under way may still arrive; the log warns of it.',
    parameters: one,
    body: { schema: discardSchema, bytesMax, examples: { refunded: { reason: 'refunded by hand, case 17' } } },
    answers: [
      {
        status: 200,
        description: 'It is given up.',
        schema: discardedSchema,
        example: { state: 'discarded', reason: 'refunded by hand, case 17' },
      },
    ],
    problems: [notFound, deliveryState, notReady],
  },
  {
    ...{ ...common, method: 'post', path: '/destinations/{name}/pause', id: 'pauseDestination' },
    summary: 'Holds everything back at a destination, and loses nothing.',
    parameters: [destinationInPath('name')],
    body: mayGiveReason,
    answers: [{ status: 200, description: 'It is paused.', schema: pausedSchema, example: { paused: true } }],
    problems: [notFound, notReady],
  },
  {
    ...{ ...common, method: 'post', path: '/destinations/{name}/resume', id: 'resumeDestination' },
    summary: 'Goes on at a destination, at a rate if one is given.',
    parameters: [destinationInPath('name')],
    body: {
      ...{ schema: resumeSchema, optional: true, bytesMax },
      examples: { gently: { rate: 50, reason: 'the stock is counted' }, 'without a limit': { rate: null } },
    },
    answers: [{ status: 200, description: 'It goes on.', schema: pausedSchema, example: { paused: false } }],
    problems: [notFound, notReady],
  },
];
