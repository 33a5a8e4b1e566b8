import type Database from 'better-sqlite3';
import type { Express } from 'express';
import type { Registry } from 'prom-client';

import { armCrashPoint, crashingEffect, crashingObserve, receiverPoints } from '../crash-points/index.js';
import { makeDataDirectory } from '../environment/index.js';
import {
  createReceiver,
  holdingMetrics,
  holdingMigration,
  inboxMigration,
  receiverMetrics,
  signatureMetrics,
  storageMetrics,
  type Effect,
  type Receiver,
} from '../receiver/index.js';
import { openOwnDatabase, type OwnDatabase } from '../sqlite/index.js';
import type { Logger } from '../telemetry/index.js';
import { createMetrics, type ServiceMetrics } from '../telemetry/metrics.js';

import type { ReceiverServiceConfig } from './config.js';

/** What one destination does with purchases. */
export interface Books {
  /** Of one purchase, in the transaction that takes it. */
  readonly effect: Effect;
  /** The service's HTTP side. */
  readonly createApp: (receiver: Receiver, metrics: Registry) => Express;
}

export interface BooksOptions {
  /** In the data directory. */
  readonly file: string;
  /** Makes the tables of the books. */
  readonly migration: string;
  readonly open: (database: Database.Database) => Books;
}

/** A destination, ready to be put behind a port. */
export interface ReceiverService {
  readonly app: Express;
  readonly metrics: ServiceMetrics;
  /** Rejects when its database can no longer be trusted. */
  readonly failed: Promise<never>;
  /** Commits what was received and closes the database. May be called twice. */
  close(): void;
}

/**
 * Opens the data and wires a destination to it.
 *
 * @throws EnvironmentError, DirectoryLockedError, DatabaseVersionError or DatabaseUnusableError when a person must change
 *   something first
 */
export function composeReceiver(config: ReceiverServiceConfig, log: Logger, options: BooksOptions): ReceiverService {
  makeDataDirectory(config.dataDirectory);
  const migrations = [inboxMigration, options.migration, holdingMigration];
  const own = openOwnDatabase(config.dataDirectory, options.file, migrations);
  try {
    return wire(own, config, log, options.open(own.database));
  } catch (error) {
    own.close();
    throw error;
  }
}

function wire(own: OwnDatabase, config: ReceiverServiceConfig, log: Logger, books: Books): ReceiverService {
  const metrics = createMetrics();
  const crashPoint = armCrashPoint(config, receiverPoints, log);
  const receiver = createReceiver({
    database: own.database,
    effect: crashingEffect(books.effect, crashPoint),
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
    app: books.createApp(receiver, metrics),
    metrics,
    failed: receiver.failed,
    close: () => {
      receiver.close();
      own.close();
    },
  };
}
