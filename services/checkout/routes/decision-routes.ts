import { Router, type Request, type RequestHandler } from 'express';

import { problems } from '../../../shared/http/index.js';
import type { Journal } from '../../../shared/journal/index.js';
import type { AnswerOf } from '../../../shared/openapi/index.js';
import type { Sequence } from '../../../shared/outbox/index.js';
import type { decisionListSchema } from '../answers/delivery-answers.js';
import { decisionView } from '../decision-view.js';
import { readPage, readSequence } from '../read-query.js';

/** `GET /decisions` for the admin: what people decided, in the order in which it took effect. */
export function decisionRoutes(journal: Journal, requireAdmin: RequestHandler): Router {
  const router = Router();
  router.route('/decisions').get(requireAdmin, async (request, response) => {
    const decisions = await journal.decisions({ ...readDelivery(request), ...readPage(request) });
    if (!decisions) throw await unknownDestination(journal);
    response.json({ decisions: decisions.map(decisionView) } satisfies AnswerOf<typeof decisionListSchema>);
  });
  return router;
}

/** A destination, or one delivery there, or neither. @throws Problem 400 */
function readDelivery({ query }: Request): { destination: string | undefined; sequence: Sequence | undefined } {
  const { destination, sequence } = query;
  if (destination !== undefined && typeof destination !== 'string') {
    throw problems.invalidParameter('destination', 'must be given once');
  }
  if (sequence === undefined) return { destination, sequence };
  if (destination === undefined) throw problems.invalidParameter('sequence', 'needs a destination');
  return { destination, sequence: readSequence(typeof sequence === 'string' ? sequence : '') };
}

async function unknownDestination(journal: Journal): Promise<Error> {
  const onRecord = Object.keys((await journal.progress()).destinations);
  return problems.invalidParameter('destination', `must be one of ${onRecord.join(', ')}`);
}
