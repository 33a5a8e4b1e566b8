import { Router } from 'express';

import { integerParameter, methodNotAllowed, pageBounds, requireBearerToken } from '../http/index.js';
import type { AnswerOf } from '../openapi/index.js';

import type { InboxStore } from './inbox-store.js';
import type { auditSchema } from './receiver-answers.js';

/** `GET /audit?after=&limit=`: what the service holds, in sequence order, for an admin. */
export function auditRoute(options: { store: InboxStore; adminToken: string }): Router {
  const { store, adminToken } = options;
  const router = Router();
  router
    .route('/audit')
    .get(requireBearerToken(adminToken), (request, response) => {
      const after = integerParameter(request, 'after', pageBounds.after);
      const limit = integerParameter(request, 'limit', pageBounds.limit);
      response.json({ entries: store.audit(after, limit) } satisfies AnswerOf<typeof auditSchema>);
    })
    .all(methodNotAllowed('GET', 'HEAD'));
  return router;
}
