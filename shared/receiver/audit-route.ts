import { Router, type RequestHandler } from 'express';

import { integerParameter, pageBounds } from '../http/index.js';
import type { AnswerOf } from '../openapi/index.js';

import type { InboxStore } from './inbox-store.js';
import type { auditSchema } from './receiver-answers.js';

/** `GET /audit?after=&limit=`: what the service holds, in sequence order, for an admin. */
export function auditRoute(options: { store: InboxStore; requireAdmin: RequestHandler }): Router {
  const { store, requireAdmin } = options;
  const router = Router();
  router.route('/audit').get(requireAdmin, (request, response) => {
    const after = integerParameter(request, 'after', pageBounds.after);
    const limit = integerParameter(request, 'limit', pageBounds.limit);
    response.json({ entries: store.audit(after, limit) } satisfies AnswerOf<typeof auditSchema>);
  });
  return router;
}
