import { Router, type RequestHandler } from 'express';
import { z } from 'zod';

import { jsonBody, methodNotAllowed, parseBody, problems } from '../../../shared/http/index.js';
import type { DeliveryState, Journal } from '../../../shared/journal/index.js';
import { decisionRefused } from '../checkout-problems.js';
import type { DeliveryControl } from '../delivery/delivery-control.js';
import type { Done, Refused, RetriedMany } from '../../../shared/outbox/index.js';
import { deliveryView } from '../purchase-view.js';
import { readChoice, readPage, readSequence } from '../read-query.js';

const bodyBytesMax = 4 * 1024;
const states: readonly DeliveryState[] = ['pending', 'confirmed', 'retrying', 'parked', 'discarded'];

const discardSchema = z.strictObject({
  reason: z.string('must be a string').trim().min(1, 'must say why').max(500, 'must be at most 500 characters'),
});

const resumeSchema = z.strictObject({
  rate: z
    .number('must be a number of purchases per second, or null for no limit')
    .min(0.01, 'must be at least 0.01')
    .max(1_000_000, 'must be at most 1000000')
    .nullable()
    .optional(),
});

/** The admin's routes: what is on record of deliveries, and what a person decides about them. Answered once that is durable. */
export function deliveryRoutes(
  journal: Journal,
  delivery: DeliveryControl,
  destinations: readonly string[],
  requireAdmin: RequestHandler,
): Router {
  const router = Router();
  const known = (name: string): string => {
    if (destinations.includes(name)) return name;
    throw problems.notFound(`There is no such destination; there are ${destinations.join(', ')}.`);
  };

  router
    .route('/deliveries')
    .get(requireAdmin, async (request, response) => {
      const state = readChoice(request, 'state', states);
      const destination = readChoice(request, 'destination', destinations);
      const records = await journal.deliveries({ state, destination, ...readPage(request) });
      response.json({
        deliveries: records.map((record) => ({
          sequence: record.sequence,
          destination: record.destination,
          ...deliveryView(record),
        })),
      });
    })
    .all(methodNotAllowed('GET', 'HEAD'));

  router
    .route('/deliveries/:destination/retry')
    .post(requireAdmin, async (request, response) => {
      const { retried, more } = done(await delivery.retryParked(known(request.params.destination)));
      response.json({ retried, more });
    })
    .all(methodNotAllowed('POST'));

  router
    .route('/deliveries/:destination/:sequence/retry')
    .post(requireAdmin, async (request, response) => {
      const { destination, sequence } = request.params;
      done(await delivery.retry(known(destination), readSequence(sequence)));
      response.json({ state: 'retrying' });
    })
    .all(methodNotAllowed('POST'));

  router
    .route('/deliveries/:destination/:sequence/discard')
    .post(requireAdmin, ...jsonBody(bodyBytesMax), async (request, response) => {
      const { reason } = parseBody(discardSchema, request.body);
      const { destination, sequence } = request.params;
      done(await delivery.discard(known(destination), readSequence(sequence), reason));
      response.json({ state: 'discarded', reason });
    })
    .all(methodNotAllowed('POST'));

  router
    .route('/destinations/:name/pause')
    .post(requireAdmin, async (request, response) => {
      done(await delivery.pause(known(request.params.name)));
      response.json({ paused: true });
    })
    .all(methodNotAllowed('POST'));

  router
    .route('/destinations/:name/resume')
    .post(requireAdmin, ...jsonBody(bodyBytesMax), async (request, response) => {
      const { rate } = parseBody(resumeSchema, request.body);
      done(await delivery.resume(known(request.params.name), undefined, rate));
      response.json({ paused: false });
    })
    .all(methodNotAllowed('POST'));
  return router;
}

/** @throws Problem when what was asked for was not done */
function done<Result extends Done | RetriedMany>(result: Result | Refused): Result {
  if (result.status === 'refused') throw decisionRefused(result.reason);
  return result;
}
