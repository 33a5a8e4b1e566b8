import { describe, expect, it } from '@jest/globals';

import { deferred } from '../../../shared/journal/local/deferred.js';
import { RecentPurchases } from '../../../shared/journal/local/recent-purchases.js';
import type { Sequence } from '../../../shared/journal/types.js';
import { keyedPurchase, sampleId, samplePurchase } from '../../support/sample-purchase.js';

const sequence = (number: number) => number as Sequence;

/** Purchases 1, 2 … whose appends the test settles. */
function setUp(count: number, entriesMax = 100) {
  const recent = new RecentPurchases(entriesMax);
  const appends = Array.from({ length: count }, (_, index) => {
    const append = deferred<Sequence>();
    recent.add(samplePurchase(index + 1, `key-${index + 1}`), append.promise, 100);
    return append;
  });
  const durable = async (...numbers: number[]) => {
    for (const number of numbers) appends[number - 1]?.resolve(sequence(number));
    await Promise.resolve();
  };
  const refused = async (number: number) => {
    appends[number - 1]?.reject(new Error('disk full'));
    await Promise.resolve();
  };
  const listed = (after: number) => [...recent.after(sequence(after))].map((purchase) => purchase.sequence);
  return { recent, durable, refused, listed };
}

describe('recent purchases', () => {
  it('finds a purchase from when it is durable, not before: a 404 is right until the 201 is out', async () => {
    const { recent, durable } = setUp(1);
    expect(recent.find(sampleId(1))).toBeUndefined();
    await durable(1);
    expect(recent.find(sampleId(1))).toEqual({ sequence: 1, record: samplePurchase(1, 'key-1') });
  });

  it('has a purchase from when its append begins: a second one under its id must not slip in', () => {
    const { recent } = setUp(1);
    expect(recent.has(sampleId(1))).toBe(true);
    expect(recent.has(sampleId(2))).toBe(false);
  });

  it('answers for a key once its purchase is durable, and for a key it does not have at once', async () => {
    const { recent, durable } = setUp(1);
    const found = recent.findByKey({ key: 'key-1' });
    await durable(1);
    expect(await found).toMatchObject({ sequence: 1 });
    expect(recent.findByKey({ key: 'key-2' })).toBeUndefined();
  });

  it('frees the id and the key of an append that failed: the customer can try again', async () => {
    const { recent, refused } = setUp(1, 1);
    const found = recent.findByKey({ key: 'key-1' });
    await refused(1);
    await expect(found).rejects.toThrow('disk full');
    expect(recent.findByKey({ key: 'key-1' })).toBeUndefined();
    expect(recent.has(sampleId(1))).toBe(false);
    expect(recent.full).toBe(false);
  });

  it('lists what is durable after a place, in order', async () => {
    const { durable, listed } = setUp(4);
    await durable(1, 2, 3);
    expect(listed(0)).toEqual([1, 2, 3]);
    expect(listed(2)).toEqual([3]);
    expect(listed(3)).toEqual([]);
  });

  it('lets go of what the database holds, and of nothing else: it would be found nowhere', async () => {
    const { recent, durable, listed } = setUp(3);
    await durable(1, 2);
    recent.projected(sequence(1));
    expect(listed(0)).toEqual([2]);
    expect(recent.findByKey({ key: 'key-1' })).toBeUndefined();
    // The third is not durable yet, so the database cannot hold it, whatever it says.
    recent.projected(sequence(3));
    expect(listed(0)).toEqual([]);
    expect(recent.has(sampleId(3))).toBe(true);
  });

  it('lets go of all that the database holds though an append in between failed', async () => {
    const { recent, durable, refused, listed } = setUp(3);
    await durable(1);
    await refused(2);
    await durable(3);
    recent.projected(sequence(3));
    expect(listed(0)).toEqual([]);
  });

  it('is full at its bound, and has room again when the database has caught up', async () => {
    const { recent, durable } = setUp(2, 2);
    expect(recent.full).toBe(true);
    await durable(1, 2);
    expect(recent.full).toBe(true);
    recent.projected(sequence(1));
    expect(recent.full).toBe(false);
  });
});

describe('recent purchases under one key, which had expired in between', () => {
  const hour = 3_600_000;

  /** Each was accepted when the key of the one before expired; the test settles their appends. */
  function setUpChain(count: number) {
    const recent = new RecentPurchases(100);
    const appends = Array.from({ length: count }, (_, index) => {
      const append = deferred<Sequence>();
      const [acceptedAt, expiresAt] = [index * hour, (index + 1) * hour];
      recent.add(keyedPurchase(index + 1, { key: 'click', acceptedAt, expiresAt }), append.promise, 100);
      return append;
    });
    const durable = async (number: number) => {
      appends[number - 1]?.resolve(sequence(number));
      await Promise.resolve();
    };
    const refused = async (number: number) => {
      appends[number - 1]?.reject(new Error('disk full'));
      await Promise.resolve();
    };
    const holder = () => recent.recordUnderKey({ key: 'click' })?.purchase.id;
    return { recent, durable, refused, holder };
  }

  it('are found by the last of them, also after the first has gone to the database: a retry would buy twice', async () => {
    const { recent, durable, holder } = setUpChain(2);
    await durable(1);
    await durable(2);
    expect(holder()).toBe(sampleId(2));
    recent.projected(sequence(1));
    expect(holder()).toBe(sampleId(2));
    expect(await recent.findByKey({ key: 'click' })).toMatchObject({ sequence: 2 });
    recent.projected(sequence(2));
    expect(holder()).toBeUndefined();
  });

  it('give the key back when the last could not be written: the database does not know the one before yet', async () => {
    const { durable, refused, holder } = setUpChain(3);
    await durable(1);
    await refused(3);
    expect(holder()).toBe(sampleId(2));
    await refused(2);
    expect(holder()).toBe(sampleId(1));
  });

  it('do not give it back to one that has left: the database, or nobody, has it', async () => {
    const { recent, durable, refused, holder } = setUpChain(3);
    await durable(1);
    await refused(2);
    await refused(3);
    expect(holder()).toBe(sampleId(1));
    recent.projected(sequence(1));
    expect(holder()).toBeUndefined();
  });

  it('keep the keys of different callers apart', () => {
    const recent = new RecentPurchases(100);
    const append = deferred<Sequence>();
    const record = keyedPurchase(1, { key: 'click', caller: 'app', acceptedAt: 0 });
    recent.add(record, append.promise, 100);
    expect(recent.recordUnderKey({ key: 'click', caller: 'app' })).toBe(record);
    expect(recent.recordUnderKey({ key: 'click', caller: 'web' })).toBeUndefined();
    expect(recent.recordUnderKey({ key: 'click' })).toBeUndefined();
  });
});
