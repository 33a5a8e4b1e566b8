import type { Express } from 'express';
import type { Registry } from 'prom-client';

import { createApp, healthRoutes, produces, type ErrorLog } from '../../shared/http/index.js';
import type { Receiver } from '../../shared/receiver/index.js';
import { metricsRoute } from '../../shared/telemetry/metrics.js';

import { financeRoutes } from './finance-routes.js';
import type { LedgerStore } from './ledger-store.js';
import type { TrialBalance } from './trial-balance.js';

/** The HTTP side of finance. */
export function createFinanceApp(parts: {
  receiver: Receiver;
  ledger: LedgerStore;
  balance: TrialBalance;
  metrics: Registry;
  log: ErrorLog;
}): Express {
  const { receiver, ledger, balance, metrics, log } = parts;
  return createApp(log, (app) => {
    app.use(healthRoutes(() => receiver.readiness()));
    app.route('/metrics').get(produces('text/plain'), metricsRoute(metrics));
    app.use(receiver.routes);
    app.use(financeRoutes(ledger, balance));
  });
}
