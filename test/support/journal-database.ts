import { join } from 'node:path';

import type Database from 'better-sqlite3';

import { migrations } from '../../shared/journal/local/migrations.js';
import { ProjectionStore } from '../../shared/journal/local/projection-store.js';
import type { Sequence } from '../../shared/journal/types.js';
import { encodeRecord } from '../../shared/purchase/index.js';
import { openDatabase } from '../../shared/sqlite/index.js';
import { samplePurchase } from './sample-purchase.js';

/** The local engine's database with sample purchases 1 to `count` in it, each under its own key. */
export function journalDatabase(directory: string, count = 0): Database.Database {
  const database = openDatabase(join(directory, 'checkout.sqlite'), migrations);
  const projections = new ProjectionStore(database);
  for (let number = 1; number <= count; number += 1) {
    projections.insert({
      sequence: number as Sequence,
      payload: encodeRecord(samplePurchase(number, `key-${number}`)),
    });
  }
  projections.setProjected(count as Sequence);
  return database;
}
