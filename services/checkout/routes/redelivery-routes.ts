import { Router, type RequestHandler } from 'express';

import { jsonBody, parseBody } from '../../../shared/http/index.js';
import type { Journal } from '../../../shared/journal/index.js';
import type { AnswerOf } from '../../../shared/openapi/index.js';
import type { RedeliveredMany, Sequence } from '../../../shared/outbox/index.js';
import type { redeliveredSchema } from '../answers/delivery-answers.js';
import { decisionRefused } from '../checkout-problems.js';
import { redeliverySchema } from '../decision-bodies.js';
import type { DeliveryControl } from '../delivery/delivery-control.js';
import { isOwed } from '../find-delivery.js';
import { namedDestination } from '../named-destination.js';

/** Of the body: a thousand sequences of 16 digits, a line for each, and a reason of 500 characters, each escaped. */
export const redeliveryBytesMax = 32 * 1024;

type Redelivered = AnswerOf<typeof redeliveredSchema>;
type Refused = Redelivered['refused'][number];

/** The admin's route to have delivered again what a destination confirmed, and has lost. Answered once that is durable. */
export function redeliveryRoutes(
  journal: Journal,
  delivery: Pick<DeliveryControl, 'redeliver'>,
  destinations: readonly string[],
  requireAdmin: RequestHandler,
): Router {
  const router = Router();
  const named = namedDestination(journal, destinations);

  /** Without an outcome on record a delivery may be pending, or not be owed at all: those are told apart. */
  const toRefused =
    (destination: string) =>
    async ({ sequence, reason }: RedeliveredMany['refused'][number]): Promise<Refused> => {
      if (reason !== 'no-outcome') return { sequence, reason };
      return { sequence, reason: (await isOwed(journal, destination, sequence)) ? 'pending' : 'not-found' };
    };

  router
    .route('/deliveries/:destination/redeliver')
    .post(requireAdmin, ...jsonBody(redeliveryBytesMax), async (request, response) => {
      const { sequences, reason } = parseBody(redeliverySchema, request.body);
      const destination = await named.served(request.params.destination);
      const result = await delivery.redeliver(destination, sequences as Sequence[], reason);
      if (result.status === 'refused') throw decisionRefused(result.reason);
      const refused = await Promise.all(result.refused.map(toRefused(destination)));
      response.json({ redelivered: [...result.redelivered], refused } satisfies Redelivered);
    });
  return router;
}
