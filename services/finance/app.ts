import type { Express } from 'express';
import type { Registry } from 'prom-client';

import { createApp, explainProblemsAt, healthRoutes, produces, type ErrorLog } from '../../shared/http/index.js';
import { docsPath, documentRoutes } from '../../shared/openapi/index.js';
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
  /** Whether it is a demonstration, in which deliveries may be made to fail. */
  demo: boolean;
  log: ErrorLog;
}): Express {
  const { receiver, ledger, balance, metrics, demo, log } = parts;
  return createApp(log, (app) => {
    explainProblemsAt(app, docsPath);
    app.use(healthRoutes(() => receiver.readiness()));
    app.route('/metrics').get(produces('text/plain'), metricsRoute(metrics));
    app.use(documentRoutes(async () => (await import('./describe-finance.js')).describeFinance({ demo })));
    app.use(receiver.routes);
    app.use(financeRoutes(ledger, balance));
  });
}
