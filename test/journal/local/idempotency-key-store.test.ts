import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Database from 'better-sqlite3';

import { IdempotencyKeyStore } from '../../../shared/journal/local/idempotency-key-store.js';
import { ProjectionStore } from '../../../shared/journal/local/projection-store.js';
import type { Sequence } from '../../../shared/journal/types.js';
import { encodeRecord, type PurchaseRecord } from '../../../shared/purchase/index.js';
import { journalDatabase } from '../../support/journal-database.js';
import { keyedPurchase, samplePurchase } from '../../support/sample-purchase.js';
import { temporaryDirectories } from '../../support/temporary-directory.js';

const newDirectory = temporaryDirectories();
const sequence = (number: number) => number as Sequence;
const hour = 3_600_000;
const end = sequence(1000);

let database: Database.Database;
let store: IdempotencyKeyStore;
let count: number;
beforeEach(() => {
  database = journalDatabase(newDirectory());
  store = new IdempotencyKeyStore(database);
  count = 0;
});
afterEach(() => {
  database.close();
});

function put(record: (number: number) => PurchaseRecord): void {
  count += 1;
  new ProjectionStore(database).insert({ sequence: sequence(count), payload: encodeRecord(record(count)) });
}

/** A purchase with a key of its own, accepted and expiring at these hours. */
function sell(acceptedAt: number, expiresAt: number): void {
  put((number) =>
    keyedPurchase(number, { key: `key-${number}`, acceptedAt: acceptedAt * hour, expiresAt: expiresAt * hour }),
  );
}

/** Which entries can still be found by their key. */
const found = () =>
  database
    .prepare<[], number>('SELECT sequence FROM purchases WHERE idempotency_key IS NOT NULL ORDER BY sequence')
    .pluck()
    .all();

describe('letting go of keys', () => {
  it('takes those that had expired an hour before the newest purchase, and no other', () => {
    for (const expiresAt of [5, 6, 7, 8]) sell(0, expiresAt);
    put((number) => keyedPurchase(number, { key: 'newest', acceptedAt: 8 * hour - 1, expiresAt: 20 * hour }));
    store.letGo(end, 9);
    expect(found()).toEqual([3, 4, 5]);
    put((number) => keyedPurchase(number, { key: 'newer', acceptedAt: 8 * hour, expiresAt: 20 * hour }));
    store.letGo(end, 9);
    expect(found()).toEqual([4, 5, 6]);
  });

  it('leaves what the log still holds: filled again from there, the database would meet the key a second time', () => {
    for (const expiresAt of [1, 2, 3]) sell(0, expiresAt);
    sell(50, 60);
    expect(store.letGo(sequence(3), 9)).toBe(false);
    expect(found()).toEqual([3, 4]);
  });

  it('goes on where it was left, a few at a time, and says when it may have more to do', () => {
    for (let number = 1; number <= 5; number += 1) sell(0, 1);
    sell(50, 60);
    expect(store.letGo(end, 2)).toBe(true);
    expect(found()).toEqual([3, 4, 5, 6]);
    const later = new IdempotencyKeyStore(database);
    expect(later.letGo(end, 2)).toBe(true);
    expect(later.letGo(end, 2)).toBe(false);
    expect(found()).toEqual([6]);
    expect(later.canLetGo(end)).toBe(false);
  });

  it('stops at the first that is kept, and takes what lies behind it when that goes', () => {
    sell(0, 30);
    sell(0, 1);
    sell(20, 40);
    expect(store.canLetGo(end)).toBe(false);
    expect(store.letGo(end, 9)).toBe(false);
    expect(found()).toEqual([1, 2, 3]);
    sell(31, 60);
    expect(store.canLetGo(end)).toBe(true);
    store.letGo(end, 9);
    expect(found()).toEqual([3, 4]);
  });

  it('passes purchases without a key, and keeps keys that never expire', () => {
    put((number) => samplePurchase(number));
    put((number) => samplePurchase(number, 'for-ever'));
    sell(0, 1);
    put((number) =>
      keyedPurchase(number, { key: 'newest', acceptedAt: Date.UTC(2990, 0), expiresAt: Date.UTC(2991, 0) }),
    );
    store.letGo(end, 9);
    expect(found()).toEqual([2, 4]);
  });

  it('passes a key from a time when the clock was years ahead: all others would stay as long as that', () => {
    sell(0, 1);
    sell(0, 500 * 24);
    sell(0, 2);
    sell(90, 399 * 24);
    sell(90, 91);
    store.letGo(end, 9);
    expect(found()).toEqual([2, 4, 5]);
    sell(100, 101);
    expect(store.canLetGo(end)).toBe(false);
    sell(399 * 24 + 1, 399 * 24 + 2);
    store.letGo(end, 9);
    expect(found()).toEqual([2, 7]);
  });

  it('leaves the record as it was: an audit or a repair needs it', () => {
    sell(0, 1);
    sell(50, 60);
    const before = new ProjectionStore(database).recordAt(sequence(1));
    store.letGo(end, 9);
    expect(new ProjectionStore(database).recordAt(sequence(1))).toBe(before);
  });

  it('does nothing in an empty database', () => {
    expect(store.canLetGo(end)).toBe(false);
    expect(store.letGo(end, 9)).toBe(false);
  });
});
