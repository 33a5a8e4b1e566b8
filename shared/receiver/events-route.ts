import { Router, type RequestHandler } from 'express';

import { producesAnyway, rawJsonBody } from '../http/index.js';

import type { Faults } from './faults.js';
import { injectFaults } from './inject-faults.js';
import { deliveryLimits } from './kit/index.js';

export interface EventsRouteOptions {
  /** The kit's middleware. */
  readonly take: RequestHandler;
  /** Absent outside a demonstration. */
  readonly faults: Faults | undefined;
  readonly sleep: (ms: number) => Promise<unknown>;
}

/** `POST /events`: takes one signed event or a batch of them. */
export function eventsRoute({ take, faults, sleep }: EventsRouteOptions): Router {
  const router = Router();
  const suffer = faults ? [injectFaults(faults, sleep)] : [];
  router
    .route('/events')
    // A sender that parks what is refused must not do so for the sake of a format.
    .post(producesAnyway(), rawJsonBody(deliveryLimits.bodyBytesMax), ...suffer, take);
  return router;
}
