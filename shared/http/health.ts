import { Router } from 'express';

import { sendProblem } from './handle-errors.js';
import { problems } from './problems.js';
import { producesAnyway } from './produces.js';
import type { Readiness } from './readiness.js';

/** `GET /healthz`: the process is alive. `GET /readyz`: it can do its work. */
export function healthRoutes(readiness: () => Readiness): Router {
  const router = Router();
  router.route('/healthz').get(producesAnyway(), (_request, response) => {
    response.json({ status: 'alive' });
  });
  router.route('/readyz').get(producesAnyway(), (_request, response) => {
    const now = readiness();
    if (now.ready) response.json({ status: 'ready' });
    else sendProblem(response, problems.unready(now));
  });
  return router;
}
