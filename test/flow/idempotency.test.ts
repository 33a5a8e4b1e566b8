import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Shop } from '../support/shop.js';
import { anOrder } from '../support/shop-client.js';

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

  it('is charged once when many tries are under way at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => shop.post(anOrder, key)));
    await shop.untilAllConfirmed();

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers['idempotency-replayed'] === 'true')).toHaveLength(19);
    expect(await shop.audit('finance')).toHaveLength(1);
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
