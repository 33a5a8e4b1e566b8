import { Router, type RequestHandler } from 'express';

import { notesOf, problems } from '../../../shared/http/index.js';
import type { Journal } from '../../../shared/journal/index.js';
import type { AnswerOf } from '../../../shared/openapi/index.js';
import type { purchaseListSchema } from '../answers/purchase-answers.js';
import { purchaseSummary, purchaseView } from '../purchase-view.js';
import { readPage } from '../read-query.js';

/** `GET /purchases/:id` for everyone who knows the id, `GET /purchases` for the admin. */
export function purchaseRoutes(journal: Journal, requireAdmin: RequestHandler): Router {
  const router = Router();
  router.route('/purchases/:id').get(async (request, response) => {
    const purchase = await journal.find(request.params.id);
    if (!purchase) throw problems.notFound(describeMissing(journal.recovery));
    const { sequence } = purchase;
    Object.assign(notesOf(response), { id: purchase.record.purchase.id, sequence });
    response.json(purchaseView(purchase, await journal.deliveriesOf(sequence)));
  });
  router.route('/purchases').get(requireAdmin, async (request, response) => {
    const { after, limit } = readPage(request);
    const purchases = await journal.purchases(after, limit);
    response.json({ purchases: purchases.map(purchaseSummary) } satisfies AnswerOf<typeof purchaseListSchema>);
  });
  return router;
}

/** A 404 must not say that there never was one where nobody can know. The id is not repeated: anybody may write anything there. */
function describeMissing({ unknownBefore }: Journal['recovery']): string {
  if (unknownBefore === 0) return 'There is no purchase with this id.';
  return (
    `There is no purchase with this id on record. It may be one of the first ${unknownBefore}, which are not known any more: ` +
    'the database that held them was lost.'
  );
}
