import type Database from 'better-sqlite3';

import { GroupTransaction, openDatabase, type CommittedGroup } from '../../sqlite/index.js';
import { DecisionStore } from './decision-store.js';
import { DeliveryStore } from './delivery-store.js';
import { DestinationStore } from './destination-store.js';
import { EntryPages } from './entry-pages.js';
import { IdempotencyKeyStore } from './idempotency-key-store.js';
import { migrations } from './migrations.js';
import { ProjectionStore } from './projection-store.js';

/**
 * The thread that commits also sends: with 32 single events under way at each of two destinations, it stood in commits for 44 % of
 * the time before they rested, and one purchase after the other met a sync of the database with nearly each of its own.
 */
const commitRest = { part: 4, msMax: 20 };

export interface StoresOptions {
  /** Hears of each transaction. Must not throw. */
  readonly onCommitted?: (group: CommittedGroup) => void;
}

/** What the delivering half has of the database. */
export interface Stores {
  readonly database: Database.Database;
  readonly transactions: GroupTransaction;
  readonly projections: ProjectionStore;
  readonly pages: EntryPages;
  readonly keys: IdempotencyKeyStore;
  readonly destinations: DestinationStore;
  readonly deliveries: DeliveryStore;
  readonly decisions: DecisionStore;
}

/** Opens the database for its only writer. */
export function openStores(
  path: string,
  onDiskFull: (waits: boolean) => void,
  { onCommitted }: StoresOptions = {},
): Stores {
  const database = openDatabase(path, migrations);
  try {
    const decisions = new DecisionStore(database);
    const projections = new ProjectionStore(database);
    return {
      database,
      transactions: new GroupTransaction(database, { onDiskFull, onCommitted, rest: commitRest }),
      projections,
      pages: new EntryPages(projections),
      keys: new IdempotencyKeyStore(database),
      destinations: new DestinationStore(database, decisions),
      deliveries: new DeliveryStore(database, decisions),
      decisions,
    };
  } catch (error) {
    database.close();
    throw error;
  }
}
