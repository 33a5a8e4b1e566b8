import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Database from 'better-sqlite3';

import { warehouseMigration, WarehouseStore } from '../../services/warehouse/warehouse-store.js';
import { inboxMigration } from '../../shared/receiver/index.js';
import { openDatabase } from '../../shared/sqlite/index.js';
import { sampleId } from '../support/sample-event.js';
import { seededRandom } from '../../shared/customers/seeded-random.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

describe('the warehouse store', () => {
  const directory = temporaryDirectories();
  let database: Database.Database;
  let store: WarehouseStore;

  beforeEach(() => {
    database = openDatabase(join(directory(), 'warehouse.sqlite'), [inboxMigration, warehouseMigration]);
    database.pragma('synchronous = OFF');
    store = new WarehouseStore(database);
    store.seedStock({ 'A-1': 100, 'B-1': 0 });
  });
  afterEach(() => {
    database.close();
  });

  const receive = (n: number) => {
    database.prepare("INSERT INTO inbox VALUES (?, ?, x'00', 0, 'GBP', 0)").run(sampleId(n), n);
  };
  const number = (sql: string) => database.prepare(sql).pluck().get() as number;

  it('keeps stock, lines and totals in step over any run of orders and failures', () => {
    const seed = 20_250_301;
    const random = seededRandom(seed);
    const skus = ['A-1', 'B-1', 'C-1'];
    for (let n = 1; n <= 200; n += 1) {
      const lines = skus.filter(() => random() < 0.6).map((sku) => ({ sku, quantity: 1 + Math.floor(random() * 3) }));
      const fail = random() < 0.2;
      const order = database.transaction(() => {
        receive(n);
        store.reserve(sampleId(n), n, lines);
        if (fail) throw new Error('rolled back');
      });
      if (fail) expect(order).toThrow('rolled back');
      else order();
      const actual = {
        seed,
        n,
        purchases: number('SELECT count(*) FROM reservations'),
        units: number('SELECT coalesce(sum(quantity), 0) FROM reservation_lines'),
      };
      expect({ seed, n, ...store.summary() }).toEqual(actual);
      const reserved = number("SELECT coalesce(sum(reserved), 0) FROM reservation_lines WHERE sku = 'A-1'");
      expect(number("SELECT available FROM stock WHERE sku = 'A-1'")).toBe(100 - reserved);
    }
    expect(number('SELECT coalesce(sum(reserved), 0) FROM reservation_lines')).toBe(100);
  });

  it('seeds an empty warehouse only, or a restart would bring back what was sold', () => {
    store.seedStock({ 'A-1': 5, 'Z-1': 5 });
    expect(number("SELECT available FROM stock WHERE sku = 'A-1'")).toBe(100);
    expect(number('SELECT count(*) FROM stock')).toBe(2);
  });

  it('reserves nothing for a purchase that is not in the inbox', () => {
    expect(() => {
      store.reserve(sampleId(1), 1, []);
    }).toThrow(/FOREIGN KEY/);
  });

  it.each(['DELETE FROM reservation_lines', 'UPDATE reservation_lines SET quantity = 9', 'DELETE FROM reservations'])(
    'refuses %s, or the totals would drift from the lines',
    (sql) => {
      receive(1);
      store.reserve(sampleId(1), 1, [{ sku: 'A-1', quantity: 2 }]);
      expect(() => database.exec(sql)).toThrow(/kept|fixed/);
      expect(store.summary()).toEqual({ purchases: 1, units: 2 });
    },
  );
});
