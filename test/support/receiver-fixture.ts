import { join } from 'node:path';

import Database from 'better-sqlite3';
import type { Express } from 'express';

import { createApp } from '../../shared/http/index.js';
import { describeReceiver } from '../../shared/receiver/describe.js';
import {
  createReceiver,
  holdingMigration,
  inboxMigration,
  type Receiver,
  type ReceiverOptions,
} from '../../shared/receiver/index.js';
import { openDatabase } from '../../shared/sqlite/index.js';

import { secret } from './deliver.js';
import { documentedApp } from './documented-app.js';

export const adminToken = 'a-token-for-tests';

/** Lines that were logged, so that a test can read them. */
export class RecordingLog {
  readonly lines: { level: string; fields: object; message: string }[] = [];
  debug = this.#recorder('debug');
  warn = this.#recorder('warn');
  error = this.#recorder('error');

  #recorder(level: string): (fields: object, message: string) => void {
    return (fields, message) => {
      this.lines.push({ level, fields, message });
    };
  }
}

export interface ReceiverFixture {
  readonly app: Express;
  readonly receiver: Receiver;
  readonly database: Database.Database;
  readonly log: RecordingLog;
  readonly observed: string[];
  /** Purchases that the effect was applied to, as the database has them. */
  applied(): string[];
  close(): void;
}

const described = {
  demo: { name: 'receiver', ...describeReceiver({ demo: true }) },
  plain: { name: 'receiver', ...describeReceiver({ demo: false }) },
};

/**
 * A destination whose effect is a row in a table `effects`. Opened on the same directory again, it finds what was there. When it
 * is closed, every answer that it gave must have been as its OpenAPI document says.
 */
export function openReceiver(directory: string, options: Partial<ReceiverOptions> = {}): ReceiverFixture {
  const database = openDatabase(join(directory, 'receiver.sqlite'), [
    inboxMigration,
    'CREATE TABLE effects (id TEXT NOT NULL) STRICT',
    holdingMigration,
  ]);
  const insert = database.prepare<[string]>('INSERT INTO effects VALUES (?)');
  const applied = database.prepare<[], string>('SELECT id FROM effects ORDER BY rowid').pluck();
  const log = new RecordingLog();
  const observed: string[] = [];
  const receiver = createReceiver({
    database,
    effect: ({ data }) => {
      insert.run(data.id);
    },
    webhookSecrets: [secret],
    adminToken,
    demo: true,
    log,
    observe: (result) => {
      observed.push(result);
    },
    ...options,
  });
  const documented = documentedApp(
    createApp(log, (app) => app.use(receiver.routes)),
    described[options.demo === false ? 'plain' : 'demo'],
  );
  return {
    app: documented.app,
    receiver,
    database,
    log,
    observed,
    applied: () => applied.all(),
    close: () => {
      receiver.close();
      database.close();
      documented.verify();
    },
  };
}
