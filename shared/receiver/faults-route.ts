import { Router, type RequestHandler } from 'express';

import { jsonBody, parseBody } from '../http/index.js';

import { faultSettingsSchema } from './fault-settings.js';
import type { Faults } from './faults.js';
import type { ReceiverLog } from './kit/index.js';

/** Of the body of a `PUT /faults`. */
export const faultsBytesMax = 4096;

/** `PUT /faults` replaces the faults in force, `GET /faults` shows them: for an admin, in a demonstration. */
export function faultsRoute(options: { faults: Faults; requireAdmin: RequestHandler; log: ReceiverLog }): Router {
  const { faults, requireAdmin, log } = options;
  const router = Router();
  const replace: RequestHandler = (request, response) => {
    faults.replace(parseBody(faultSettingsSchema, request.body));
    log.warn({ faults: faults.settings }, 'faults are set');
    response.json(faults.settings);
  };
  router
    .route('/faults')
    .get(requireAdmin, (_request, response) => {
      response.json(faults.settings);
    })
    .put(requireAdmin, jsonBody(faultsBytesMax), replace);
  return router;
}
