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

import { createWarehouseApp } from './app.js';
import type { WarehouseConfig } from './config.js';
import { demoStock } from './demo-stock.js';
import { mergeLines } from './merge-lines.js';
import { warehouseMigration, WarehouseStore } from './warehouse-store.js';

/** A warehouse that is ready to be put behind a port. */
export interface Warehouse {
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
export function composeWarehouse(config: WarehouseConfig, log: Logger): Warehouse {
  makeDataDirectory(config.dataDirectory);
  const own = openOwnDatabase(config.dataDirectory, 'warehouse.sqlite', [
    inboxMigration,
    warehouseMigration,
    holdingMigration,
  ]);
  try {
    return wire(own, config, log);
  } catch (error) {
    own.close();
    throw error;
  }
}

function wire(own: OwnDatabase, config: WarehouseConfig, log: Logger): Warehouse {
  const store = new WarehouseStore(own.database);
  store.seedStock(demoStock);
  const metrics = createMetrics();
  const crashPoint = armCrashPoint(config, receiverPoints, log);
  const receiver = createReceiver({
    database: own.database,
    effect: crashingEffect(({ data }) => {
      store.reserve(data.id, data.sequence, mergeLines(data.items));
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
    app: createWarehouseApp({ receiver, store, metrics, demo: config.demo, log }),
    metrics,
    failed: receiver.failed,
    close: () => {
      receiver.close();
      own.close();
    },
  };
}
