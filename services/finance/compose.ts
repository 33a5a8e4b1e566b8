import type { Express } from 'express';

import { armCrashPoint, crashingEffect, crashingObserve, receiverPoints } from '../../shared/crash-points/index.js';
import { makeDataDirectory } from '../../shared/environment/index.js';
import {
  createReceiver,
  holdingMetrics,
  holdingMigration,
  inboxMigration,
  receiverMetrics,
  signatureMetrics,
  storageMetrics,
} from '../../shared/receiver/index.js';
import { openOwnDatabase, type OwnDatabase } from '../../shared/sqlite/index.js';
import type { Logger } from '../../shared/telemetry/index.js';
import { createMetrics, type ServiceMetrics } from '../../shared/telemetry/metrics.js';

import { createFinanceApp } from './app.js';
import type { FinanceConfig } from './config.js';
import { ledgerMigration, LedgerStore } from './ledger-store.js';
import { purchasePosting } from './purchase-posting.js';
import { TrialBalance } from './trial-balance.js';

/** Finance, ready to be put behind a port. */
export interface Finance {
  readonly app: Express;
  readonly metrics: ServiceMetrics;
  /** Rejects when its database can no longer be trusted. */
  readonly failed: Promise<never>;
  /** Commits what was received and closes the database. May be called twice. */
  close(): void;
}

/**
 * Opens the data and wires the service to it.
 *
 * @throws EnvironmentError, DirectoryLockedError, DatabaseVersionError or DatabaseUnusableError when a person must change
 *   something first
 */
export function composeFinance(config: FinanceConfig, log: Logger): Finance {
  makeDataDirectory(config.dataDirectory);
  const own = openOwnDatabase(config.dataDirectory, 'finance.sqlite', [
    inboxMigration,
    ledgerMigration,
    holdingMigration,
  ]);
  try {
    return wire(own, config, log);
  } catch (error) {
    own.close();
    throw error;
  }
}

function wire(own: OwnDatabase, config: FinanceConfig, log: Logger): Finance {
  const ledger = new LedgerStore(own.database);
  const metrics = createMetrics();
  const crashPoint = armCrashPoint(config, receiverPoints, log);
  const receiver = createReceiver({
    database: own.database,
    effect: crashingEffect((event) => {
      ledger.post(purchasePosting(event));
    }, crashPoint),
    webhookSecrets: config.webhookSecrets,
    adminToken: config.adminToken,
    demo: config.demo,
    log,
    observe: crashingObserve(receiverMetrics(metrics), crashPoint),
    observeSignature: signatureMetrics(metrics),
    ...storageMetrics(metrics, own.database),
  });
  holdingMetrics(metrics, receiver);
  return {
    app: createFinanceApp({ receiver, ledger, balance: new TrialBalance(ledger), metrics, demo: config.demo, log }),
    metrics,
    failed: receiver.failed,
    close: () => {
      receiver.close();
      own.close();
    },
  };
}
