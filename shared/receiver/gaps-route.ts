import { Router, type RequestHandler } from 'express';

import { integerParameter, pageBounds } from '../http/index.js';
import type { AnswerOf } from '../openapi/index.js';

import { findGaps } from './find-gaps.js';
import type { HoldingStore } from './holding-store.js';
import type { gapsSchema } from './receiver-answers.js';

/**
 * `GET /audit/gaps?after=&limit=`: which sequences below the highest the service does not hold, for an admin. The next page
 * begins after the `last` of this one's last gap.
 */
export function gapsRoute(options: { store: HoldingStore; requireAdmin: RequestHandler }): Router {
  const { store, requireAdmin } = options;
  const router = Router();
  router.route('/audit/gaps').get(requireAdmin, async (request, response) => {
    const after = integerParameter(request, 'after', pageBounds.after);
    const limit = integerParameter(request, 'limit', pageBounds.limit);
    const holding = store.holding();
    const sequencesAfter = (from: number, most: number) => store.sequencesAfter(from, most);
    const gaps = holding.missing === 0 ? [] : await findGaps(sequencesAfter, { after, limit });
    response.json({ ...holding, gaps } satisfies AnswerOf<typeof gapsSchema>);
  });
  return router;
}
