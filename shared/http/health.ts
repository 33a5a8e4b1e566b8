import { Router } from 'express';

import { methodNotAllowed, sendProblem } from './handle-errors.js';
import { problems } from './problems.js';
import type { Readiness } from './readiness.js';

/** `GET /healthz`: the process is alive. `GET /readyz`: it can do its work. */
export function healthRoutes(readiness: () => Readiness): Router {
  const router = Router();
  router
    .route('/healthz')
    .get((_request, response) => {
      response.json({ status: 'alive' });
    })
    .all(methodNotAllowed('GET', 'HEAD'));
  router
    .route('/readyz')
    .get((_request, response) => {
      const now = readiness();
      if (now.ready) response.json({ status: 'ready' });
      else sendProblem(response, problems.unready(now));
    })
    .all(methodNotAllowed('GET', 'HEAD'));
  return router;
}
