import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Shop } from '../../shared/shop-processes/shop.js';

describe('a purchase', () => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await Shop.open();
  });
  afterEach(() => shop.close());

  it('is acknowledged with all that a customer needs to ask for it later', async () => {
    const answer = await shop.post();

    expect(answer.status).toBe(201);
    expect(answer.headers.location).toBe(`/purchases/${answer.body.id}`);
    expect(answer.body).toMatchObject({
      sequence: 1,
      status: 'accepted',
      currency: 'GBP',
      total: 2500,
      deliveries: { warehouse: 'pending', finance: 'pending' },
    });
    expect(await shop.purchase(answer.body.id)).toMatchObject({ id: answer.body.id, sequence: 1, total: 2500 });
  });

  it('reaches warehouse and finance, once each, and is shown as confirmed', async () => {
    const { id, acceptedAt } = await shop.buy();
    const { log } = await shop.untilAllConfirmed();

    expect(log).toMatchObject({ durableSequence: 1, lowWaterMark: 1 });
    expect(await shop.purchase(id)).toMatchObject({
      id,
      acceptedAt,
      status: 'confirmed',
      deliveries: { warehouse: { state: 'confirmed' }, finance: { state: 'confirmed' } },
    });
    const held = [{ sequence: 1, id, total: 2500, currency: 'GBP' }];
    expect(await shop.audit('warehouse')).toEqual(held);
    expect(await shop.audit('finance')).toEqual(held);
    expect(await shop.warehouseSummary()).toEqual({ purchases: 1, units: 2 });
    expect(await shop.financeSummary()).toEqual({ purchases: 1, totals: { GBP: 2500 }, balanced: true });
  });

  it('that breaks the schema is refused, and leaves no trace in the books', async () => {
    const answer = await shop.post({ customerId: 'alice', currency: 'GBP', items: [] });
    await shop.buy();
    const { log } = await shop.untilAllConfirmed();

    expect(answer.status).toBe(422);
    expect(log.durableSequence).toBe(1);
    expect(await shop.audit('finance')).toHaveLength(1);
  });
});
