import type { Express } from 'express';
import type { Registry } from 'prom-client';

import { createApp, healthRoutes, produces, type ErrorLog } from '../../shared/http/index.js';
import type { Receiver } from '../../shared/receiver/index.js';
import { metricsRoute } from '../../shared/telemetry/metrics.js';

import { warehouseRoutes } from './warehouse-routes.js';
import type { WarehouseStore } from './warehouse-store.js';

/** The warehouse's HTTP side. */
export function createWarehouseApp(parts: {
  receiver: Receiver;
  store: WarehouseStore;
  metrics: Registry;
  log: ErrorLog;
}): Express {
  const { receiver, store, metrics, log } = parts;
  return createApp(log, (app) => {
    app.use(healthRoutes(() => receiver.readiness()));
    app.route('/metrics').get(produces('text/plain'), metricsRoute(metrics));
    app.use(receiver.routes);
    app.use(warehouseRoutes(store));
  });
}
