import type { Express } from 'express';
import type { Registry } from 'prom-client';

import { createApp, explainProblemsAt, healthRoutes, produces, type ErrorLog } from '../../shared/http/index.js';
import { docsPath, documentRoutes } from '../../shared/openapi/index.js';
import type { Receiver } from '../../shared/receiver/index.js';
import { metricsRoute } from '../../shared/telemetry/metrics.js';

import { warehouseRoutes } from './warehouse-routes.js';
import type { WarehouseStore } from './warehouse-store.js';

/** The warehouse's HTTP side. */
export function createWarehouseApp(parts: {
  receiver: Receiver;
  store: WarehouseStore;
  metrics: Registry;
  /** Whether it is a demonstration, in which deliveries may be made to fail. */
  demo: boolean;
  log: ErrorLog;
}): Express {
  const { receiver, store, metrics, demo, log } = parts;
  return createApp(log, (app) => {
    explainProblemsAt(app, docsPath);
    app.use(healthRoutes(() => receiver.readiness()));
    app.route('/metrics').get(produces('text/plain'), metricsRoute(metrics));
    app.use(documentRoutes(async () => (await import('./describe-warehouse.js')).describeWarehouse({ demo })));
    app.use(receiver.routes);
    app.use(warehouseRoutes(store));
  });
}
