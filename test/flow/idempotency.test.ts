import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { Order, PurchaseRecord } from '../../shared/purchase/index.js';
import { openDatabaseReadonly } from '../../shared/sqlite/index.js';
import { requestStorm } from '../support/request-storm.js';
import { Shop } from '../../shared/shop-processes/shop.js';
import { anOrder } from '../../shared/shop-client/shop-client.js';

const key = 'order-of-alice-1';
const anotherOrder = { ...anOrder, customerId: 'bob' };

describe('a customer who sends the same purchase again', () => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await Shop.open();
  });
  afterEach(() => shop.close());

  it('is charged once, and gets the same answer, before and after the checkout was killed', async () => {
    const first = await shop.post(anOrder, key);
    const again = await shop.post(anOrder, key);
    await shop.checkout.killAndRestart();
    const afterKill = await shop.post(anOrder, key);
    await shop.untilAllConfirmed();
    const afterDelivery = await shop.post(anOrder, key);

    expect(first.headers['idempotency-replayed']).toBeUndefined();
    for (const repeat of [again, afterKill, afterDelivery]) {
      expect(repeat.status).toBe(201);
      expect(repeat.headers['idempotency-replayed']).toBe('true');
      expect(repeat.headers.location).toBe(first.headers.location);
      expect(repeat.body).toEqual(first.body);
    }
    expect(await shop.audit('finance')).toHaveLength(1);
    expect(await shop.audit('warehouse')).toHaveLength(1);
  });

  it('is charged once when a thousand tries are under way at the same time, and each gets the same answer', async () => {
    const orders = Array<Order>(1000).fill(anOrder);
    const answers = await requestStorm(shop.checkout.url, { key, orders, connections: 64 });
    const { log } = await shop.untilAllConfirmed();

    expect(new Set(answers.map(({ status, text, location }) => `${status} ${String(location)} ${text}`)).size).toBe(1);
    const { id } = JSON.parse(answers[0]!.text) as { id: string };
    expect(answers[0]).toMatchObject({ status: 201, location: `/purchases/${id}` });
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(log.durableSequence).toBe(1);
    expect(await shop.audit('finance')).toMatchObject([{ id }]);
    expect(await shop.audit('warehouse')).toMatchObject([{ id }]);
  });

  it('is told so when some of many tries have another order: one of both is taken, and exactly the others hear of it', async () => {
    const orders = Array.from({ length: 300 }, (_, number) => (number % 3 === 1 ? anotherOrder : anOrder));
    const answers = await requestStorm(shop.checkout.url, { key, orders, connections: 64 });
    const { log } = await shop.untilAllConfirmed();

    const first = answers.findIndex(({ status, replayed }) => status === 201 && !replayed);
    const { id } = JSON.parse(answers[first]!.text) as { id: string };
    const expected = orders.map((order) => (order === orders[first] ? 201 : 422));
    expect(answers.map(({ status }) => status)).toEqual(expected);
    expect(new Set(answers.map(({ location }) => location))).toEqual(new Set([`/purchases/${id}`]));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(2);
    expect(log.durableSequence).toBe(1);
    expect(await shop.audit('finance')).toMatchObject([{ id }]);
  });

  it('is told when the key belongs to another order, before and after a kill, and that order is not taken', async () => {
    await shop.buy(anOrder, key);
    const before = await shop.post(anotherOrder, key);
    await shop.checkout.killAndRestart();
    const after = await shop.post(anotherOrder, key);
    const { log } = await shop.untilAllConfirmed();

    expect([before.status, after.status]).toEqual([422, 422]);
    expect(log.durableSequence).toBe(1);
  });
});

describe('a checkout that is told how long to keep keys, and to require them', () => {
  it('does both: a setting that reaches nobody would be noticed when a retry buys twice', async () => {
    const shop = await Shop.prepare({ checkout: { IDEMPOTENCY_HOURS: '2', REQUIRE_IDEMPOTENCY_KEY: '1' } });
    try {
      await shop.checkout.start();
      expect(await shop.post(anOrder)).toMatchObject({
        status: 400,
        headers: { link: expect.stringContaining('/docs#problem-idempotency-key-required') },
      });
      await shop.buy(anOrder, key);
      // Opened again, the database has all that the log has.
      await shop.checkout.killAndRestart();
      const database = openDatabaseReadonly(join(shop.checkout.dataDirectory, 'checkout.sqlite'));
      const record = database.prepare<[], string>('SELECT record FROM purchases').pluck().get()!;
      database.close();
      const { purchase, idempotency } = JSON.parse(record) as PurchaseRecord;
      expect(Date.parse(idempotency!.expiresAt!) - Date.parse(purchase.acceptedAt)).toBe(2 * 3_600_000);
    } finally {
      await shop.close();
    }
  });
});
