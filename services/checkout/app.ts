import type { Express, RequestHandler } from 'express';
import type { Registry } from 'prom-client';

import {
  createApp,
  explainProblemsAt,
  healthRoutes,
  produces,
  requireBearerToken,
  type ErrorLog,
  type Readiness,
  type WarningLog,
} from '../../shared/http/index.js';
import type { Journal } from '../../shared/journal/index.js';
import { docsPath, documentRoutes } from '../../shared/openapi/index.js';
import { metricsRoute } from '../../shared/telemetry/metrics.js';
import type { AcceptPurchase } from './accept-purchase.js';
import type { Admission } from './admission/admission.js';
import { askLanes } from './delivery/ask-lanes.js';
import type { DeliveryControl } from './delivery/delivery-control.js';
import { checkoutRoutes } from './routes/checkout-routes.js';
import { decisionRoutes } from './routes/decision-routes.js';
import { deliveryRoutes } from './routes/delivery-routes.js';
import { purchaseRoutes } from './routes/purchase-routes.js';
import { redeliveryRoutes } from './routes/redelivery-routes.js';
import { statusRoutes } from './routes/status-routes.js';

export interface CheckoutAppParts {
  readonly acceptPurchase: AcceptPurchase;
  readonly journal: Journal;
  readonly delivery: DeliveryControl;
  readonly destinations: readonly string[];
  readonly adminToken: string;
  readonly readiness: () => Readiness;
  readonly metrics: Registry;
  /** Counts what became of a `POST /checkout` that reached the journal. */
  readonly countResult: (result: string) => void;
  /** Whether there is room for a purchase, and how many are under way. */
  readonly admission: Admission;
  /** What a `POST /checkout` for which there is room must pass before its body is read, in this order. */
  readonly gates: readonly RequestHandler[];
  readonly requireIdempotencyKey: boolean;
  /** How many proxies stand in front: whose address is that of the client. */
  readonly trustedProxies: number;
  readonly now: () => number;
  readonly log: ErrorLog & WarningLog;
}

/** The checkout's HTTP interface; `admissionGate` belongs in front of it. */
export function createCheckoutApp(parts: CheckoutAppParts): Express {
  const { journal, delivery, destinations, metrics, admission } = parts;
  const requireAdmin = requireBearerToken(parts.adminToken, parts.log);
  return createApp(parts.log, (app) => {
    app.set('trust proxy', parts.trustedProxies);
    explainProblemsAt(app, docsPath);
    app.use(
      checkoutRoutes({
        ...parts,
        acceptPurchase: admission.bounded(parts.acceptPurchase),
        refuse: (code) => admission.refuse(code),
      }),
    );
    app.use(purchaseRoutes(journal, requireAdmin));
    app.use(statusRoutes(journal, askLanes(delivery), destinations, parts.now, () => admission.status()));
    app.use(healthRoutes(parts.readiness));
    app.use(redeliveryRoutes(journal, delivery, destinations, requireAdmin));
    app.use(deliveryRoutes(journal, delivery, destinations, requireAdmin));
    app.use(decisionRoutes(journal, requireAdmin));
    app.use(documentRoutes(async () => (await import('./describe-checkout.js')).checkoutDescription));
    app.route('/metrics').get(produces('text/plain'), metricsRoute(metrics));
  });
}
