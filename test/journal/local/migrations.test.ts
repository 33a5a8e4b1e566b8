import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { DeliveryStore } from '../../../shared/journal/local/delivery-store.js';
import { DestinationStore } from '../../../shared/journal/local/destination-store.js';
import { IdempotencyKeyStore } from '../../../shared/journal/local/idempotency-key-store.js';
import { LookupStore } from '../../../shared/journal/local/lookup-store.js';
import { migrations } from '../../../shared/journal/local/migrations.js';
import { ProjectionStore } from '../../../shared/journal/local/projection-store.js';
import type { Outcome, Sequence } from '../../../shared/journal/types.js';
import { encodeRecord } from '../../../shared/purchase/index.js';
import { openDatabase } from '../../../shared/sqlite/index.js';
import { confirmed, discarded, parked, redelivered, retrying } from '../../support/sample-outcome.js';
import { keyedPurchase, samplePurchase } from '../../support/sample-purchase.js';
import { temporaryDirectories } from '../../support/temporary-directory.js';

const newDirectory = temporaryDirectories();
const outcomes: readonly Outcome[] = [
  confirmed(1),
  retrying(2, 'HTTP 503', 4),
  parked(3, 'HTTP 422'),
  discarded(4, 'returned'),
  confirmed(6),
];

/** A database as the second version of the schema left it, with one outcome of each kind. */
function secondVersion(path: string): void {
  const database = openDatabase(path, migrations.slice(0, 2));
  database.exec(`
    INSERT INTO destinations VALUES (1, 'warehouse', 0, 4, 3, 1), (2, 'finance', 2, 2, 0, 0);
    INSERT INTO deliveries VALUES
      (1, 1, 'confirmed', 1, 1, 1001, NULL, NULL),
      (1, 2, 'retrying', 4, 4, 1002, 9002, 'HTTP 503'),
      (1, 3, 'parked', 1, 1, 1003, NULL, 'HTTP 422'),
      (1, 4, 'discarded', 1, 1, 1004, NULL, 'returned'),
      (1, 6, 'confirmed', 1, 1, 1006, NULL, NULL);
  `);
  database.close();
}

describe('a database of an earlier version', () => {
  it('keeps every outcome, cursor and pause when it is brought up to date', () => {
    const path = join(newDirectory(), 'checkout.sqlite');
    secondVersion(path);
    const database = openDatabase(path, migrations);
    const store = new DeliveryStore(database);
    const found = outcomes.map(({ sequence }) => store.outcome('warehouse', sequence));
    expect(found).toEqual(outcomes);
    expect(store.laneState('warehouse')).toEqual({
      ...{ cursor: 4, recordedAbove: [6], retrying: [outcomes[1]], paused: true },
      catchUpRatePerSecond: undefined,
    });
    expect(store.progress('warehouse').firstOpen).toBe(2);
    expect(store.parked('warehouse', 0 as Sequence, 9)).toEqual([outcomes[2]]);
    expect(new DestinationStore(database).all()).toEqual([
      { name: 'warehouse', cursor: 4, removed: false },
      { name: 'finance', cursor: 2, removed: false },
    ]);
    database.close();
  });

  it('keeps every key of an older build, for ever: its customers were promised that', () => {
    const path = join(newDirectory(), 'checkout.sqlite');
    const old = openDatabase(path, migrations.slice(0, 3));
    const put = old.prepare('INSERT INTO purchases VALUES (?, ?, ?, ?)');
    for (const number of [1, 2]) {
      const record = samplePurchase(number, `key-${number}`);
      put.run(number, record.purchase.id, `key-${number}`, encodeRecord(record).toString());
    }
    old.close();

    const database = openDatabase(path, migrations);
    const keys = new IdempotencyKeyStore(database);
    new ProjectionStore(database).insert({
      sequence: 3 as Sequence,
      payload: encodeRecord(keyedPurchase(3, { key: 'key-3', acceptedAt: Date.UTC(2999, 0) })),
    });
    expect(keys.letGo(4 as Sequence, 9)).toBe(false);
    expect([keys.holder('key-1'), keys.holder('key-2')]).toEqual([1, 2]);
    // They are passed once, and not looked at again.
    expect(keys.canLetGo(4 as Sequence)).toBe(false);
    database.close();
  });

  it('keeps every decision of an older build, with its number, and takes one that has a purchase delivered again', () => {
    const path = join(newDirectory(), 'checkout.sqlite');
    const old = openDatabase(path, migrations.slice(0, 4));
    old.exec(`
      INSERT INTO destinations (number, name, start_after, cursor) VALUES (1, 'warehouse', 0, 1), (2, 'finance', 0, 0);
      INSERT INTO deliveries VALUES (1, 1, 'confirmed', 3, 1, 1001, NULL, NULL, NULL);
      UPDATE destinations SET finished = 1 WHERE number = 1;
      INSERT INTO decisions VALUES
        (3, 101, 'retry', 1, 1, 'the SKU is there now', 'parked after 1 attempt: HTTP 422', NULL),
        (5, 102, 'pause', 2, NULL, NULL, NULL, NULL),
        (9, 103, 'resume', 2, NULL, 'slowly', NULL, 2.5);
    `);
    old.close();

    const database = openDatabase(path, migrations);
    new DeliveryStore(database).settle('warehouse', [redelivered(1, 'lost there', 3)]);
    const query = { destination: undefined, sequence: undefined, after: 0, limit: 9 };
    const blank = { sequence: undefined, why: undefined, before: undefined, ratePerSecond: undefined };
    expect(new LookupStore(database).decisions(query)).toEqual([
      {
        ...{ ...blank, number: 3, at: 101, what: 'retry', destination: 'warehouse', sequence: 1 },
        ...{ why: 'the SKU is there now', before: 'parked after 1 attempt: HTTP 422' },
      },
      { ...blank, number: 5, at: 102, what: 'pause', destination: 'finance' },
      { ...blank, number: 9, at: 103, what: 'resume', destination: 'finance', why: 'slowly', ratePerSecond: 2.5 },
      {
        ...{ ...blank, number: 10, at: 1001, what: 'redeliver', destination: 'warehouse', sequence: 1 },
        ...{ why: 'lost there', before: 'confirmed after 3 attempts' },
      },
    ]);
    expect(new LookupStore(database).destinations(1 as Sequence).get('warehouse')).toMatchObject({
      cursor: 1,
      pending: 1,
      retrying: 1,
    });
    database.close();
  });

  it('is the same as one that is made today: a statement would fail in one of them', () => {
    const schemaOf = (path: string, prepare: (path: string) => void) => {
      prepare(path);
      const database = openDatabase(path, migrations);
      const schema = database.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all();
      database.close();
      return schema;
    };
    const directory = newDirectory();
    expect(schemaOf(join(directory, 'old.sqlite'), secondVersion)).toEqual(
      schemaOf(join(directory, 'new.sqlite'), () => undefined),
    );
  });
});
