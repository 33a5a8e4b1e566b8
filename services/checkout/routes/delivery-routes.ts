import { Router, type RequestHandler } from 'express';

import { jsonBody, notesOf, optionalJsonBody, parseBody } from '../../../shared/http/index.js';
import type { DeliveryRecord, Journal } from '../../../shared/journal/index.js';
import type { AnswerOf } from '../../../shared/openapi/index.js';
import type * as answers from '../answers/delivery-answers.js';
import { decisionRefused } from '../checkout-problems.js';
import { decisionSchema, discardSchema, resumeSchema } from '../decision-bodies.js';
import { decisionView } from '../decision-view.js';
import { deliveryStates } from '../delivery-states.js';
import type { DeliveryControl } from '../delivery/delivery-control.js';
import type { Done, Refused, RetriedMany, Sequence } from '../../../shared/outbox/index.js';
import { findDelivery } from '../find-delivery.js';
import { namedDestination } from '../named-destination.js';
import { deliveryView, purchaseSummary } from '../purchase-view.js';
import { readChoice, readPage, readSequence } from '../read-query.js';

/** Of the body of a decision. */
export const decisionBytesMax = 4 * 1024;
/** Of one delivery; the rest is found at `GET /decisions`. */
const decisionsShownMax = 1000;

/** The admin's routes: what is on record of deliveries, and what a person decides about them. Answered once that is durable. */
export function deliveryRoutes(
  journal: Journal,
  delivery: DeliveryControl,
  destinations: readonly string[],
  requireAdmin: RequestHandler,
): Router {
  const router = Router();
  const named = namedDestination(journal, destinations);
  const place = async ({ destination, sequence }: { destination: string; sequence: string }) =>
    [await named.served(destination), readSequence(sequence)] as const;
  /** Without an outcome on record a delivery may be pending, or not be owed at all: those are told apart. */
  const doneOrMissing = async (result: Done | Refused, destination: string, sequence: Sequence) => {
    if (result.status === 'refused' && result.reason === 'no-outcome')
      await findDelivery(journal, destination, sequence);
    done(result);
  };

  router.route('/deliveries').get(requireAdmin, async (request, response) => {
    const state = readChoice(request, 'state', deliveryStates);
    const onRecord = Object.keys((await journal.progress()).destinations);
    const destination = readChoice(request, 'destination', onRecord);
    const records = await journal.deliveries({ state, destination, ...readPage(request) });
    response.json({ deliveries: records.map(listed) } satisfies AnswerOf<typeof answers.deliveryListSchema>);
  });

  router
    .route('/deliveries/:destination/retry')
    .post(requireAdmin, ...optionalJsonBody(decisionBytesMax), async (request, response) => {
      const { reason } = parseBody(decisionSchema, request.body);
      const { retried, more } = done(
        await delivery.retryParked(await named.served(request.params.destination), reason),
      );
      response.json({ retried, more } satisfies AnswerOf<typeof answers.retriedManySchema>);
    });

  router
    .route('/deliveries/:destination/:sequence/retry')
    .post(requireAdmin, ...optionalJsonBody(decisionBytesMax), async (request, response) => {
      const { reason } = parseBody(decisionSchema, request.body);
      const [destination, sequence] = await place(request.params);
      notesOf(response).sequence = sequence;
      await doneOrMissing(await delivery.retry(destination, sequence, reason), destination, sequence);
      response.json({ state: 'retrying' } satisfies AnswerOf<typeof answers.retriedSchema>);
    });

  router
    .route('/deliveries/:destination/:sequence/discard')
    .post(requireAdmin, ...jsonBody(decisionBytesMax), async (request, response) => {
      const { reason } = parseBody(discardSchema, request.body);
      const [destination, sequence] = await place(request.params);
      notesOf(response).sequence = sequence;
      await doneOrMissing(await delivery.discard(destination, sequence, reason), destination, sequence);
      response.json({ state: 'discarded', reason } satisfies AnswerOf<typeof answers.discardedSchema>);
    });

  router.route('/deliveries/:destination/:sequence').get(requireAdmin, async (request, response) => {
    const [destination, sequence] = [
      await named.owed(request.params.destination),
      readSequence(request.params.sequence),
    ];
    const { purchase, record } = await findDelivery(journal, destination, sequence);
    Object.assign(notesOf(response), { id: purchase.record.purchase.id, sequence });
    const decisions = await journal.decisions({ destination, sequence, after: 0, limit: decisionsShownMax });
    response.json({
      ...listed(record),
      purchase: purchaseSummary(purchase),
      decisions: decisions?.map(decisionView) ?? [],
    } satisfies AnswerOf<typeof answers.oneDeliverySchema>);
  });

  router
    .route('/destinations/:name/pause')
    .post(requireAdmin, ...optionalJsonBody(decisionBytesMax), async (request, response) => {
      const { reason } = parseBody(decisionSchema, request.body);
      done(await delivery.pause(await named.served(request.params.name), reason));
      response.json({ paused: true } satisfies AnswerOf<typeof answers.pausedSchema>);
    });

  router
    .route('/destinations/:name/resume')
    .post(requireAdmin, ...optionalJsonBody(decisionBytesMax), async (request, response) => {
      const { reason, rate } = parseBody(resumeSchema, request.body);
      done(await delivery.resume(await named.served(request.params.name), reason, rate));
      response.json({ paused: false } satisfies AnswerOf<typeof answers.pausedSchema>);
    });
  return router;
}

function listed(record: DeliveryRecord): AnswerOf<typeof answers.listedDeliverySchema> {
  return { sequence: record.sequence, destination: record.destination, ...deliveryView(record) };
}

/** @throws Problem when what was asked for was not done */
function done<Result extends Done | RetriedMany>(result: Result | Refused): Result {
  if (result.status === 'refused') throw decisionRefused(result.reason);
  return result;
}
