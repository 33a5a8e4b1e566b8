import { Router, type RequestHandler } from 'express';

import { integerParameter } from '../http/index.js';

import type { InboxStore } from './inbox-store.js';

const limitDefault = 100;
const limitMax = 1000;

/** `GET /audit?after=&limit=`: what the service holds, in sequence order, for an admin. */
export function auditRoute(options: { store: InboxStore; requireAdmin: RequestHandler }): Router {
  const { store, requireAdmin } = options;
  const router = Router();
  router.route('/audit').get(requireAdmin, (request, response) => {
    const after = integerParameter(request, 'after', { min: 0, max: Number.MAX_SAFE_INTEGER, default: 0 });
    const limit = integerParameter(request, 'limit', { min: 1, max: limitMax, default: limitDefault });
    response.json({ entries: store.audit(after, limit) });
  });
  return router;
}
