import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { expectBooksToAgree } from '../support/books.js';
import type { Acknowledged } from '../../shared/customers/purchase-stream.js';
import { Shop } from '../../shared/shop-processes/shop.js';
import { anOrder } from '../../shared/shop-client/shop-client.js';

/** About 9 KB in the log. */
const large = {
  ...anOrder,
  items: Array.from({ length: 100 }, (_, line) => ({
    sku: `${'SKU-'.repeat(10)}${line}`,
    quantity: 1,
    unitPrice: 100,
  })),
};
const backlogBytesMax = 1024 ** 2;

describe('a checkout whose backlog is bounded, with a destination that is down', () => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await Shop.open({ checkout: { BACKLOG_BYTES_MAX: String(backlogBytesMax) } });
  });
  afterEach(() => shop.close());

  it('refuses when it is full, answers for what it has, and sells on when that is delivered, with no hand on it', async () => {
    await shop.finance.kill();
    const acknowledged: Acknowledged[] = [];
    const sellUntilRefused = async () => {
      for (;;) {
        const key = `sold-${acknowledged.length}`;
        const answer = await shop.post(large, key);
        if (answer.status !== 201) return answer;
        acknowledged.push({ key, order: large, purchase: answer.body });
      }
    };
    const refused = await sellUntilRefused();
    expect(refused).toMatchObject({
      status: 503,
      headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
      body: { type: 'urn:problem-type:purchase-refused', reason: 'backlog' },
    });
    expect(acknowledged.length).toBeGreaterThan(50);
    expect(await shop.readiness('checkout')).toMatchObject({ status: 503, body: { reason: 'backlog' } });
    const { log, admission } = await shop.status();
    expect(admission).toMatchObject({ refusing: 'backlog', backlogBytesMax });
    expect(log.backlogBytes).toBeGreaterThan(0.9 * backlogBytesMax);
    expect(log.backlogBytes).toBeLessThanOrEqual(backlogBytesMax);
    const { key, order, purchase } = acknowledged[0]!;
    expect(await shop.post(order, key)).toMatchObject({
      status: 201,
      headers: { 'idempotency-replayed': 'true' },
      body: { id: purchase.id },
    });

    // It stays so over a restart: what is owed is in the log. What little room there may be is taken.
    await shop.checkout.killAndRestart();
    const taken = acknowledged.length;
    expect((await sellUntilRefused()).body).toMatchObject({ reason: 'backlog' });
    expect(acknowledged.length).toBeLessThan(taken + 3);

    await shop.finance.start();
    await shop.waitUntil(
      'purchases are taken again',
      () => shop.readiness('checkout'),
      ({ status }) => status === 200,
    );
    const next = await shop.buy(anOrder, 'next');
    acknowledged.push({ key: 'next', order: anOrder, purchase: next });
    await expectBooksToAgree(shop, acknowledged);
    expect((await shop.status()).log.backlogBytes).toBe(0);
    // Once in each life, and once that it is over.
    expect(shop.checkout.output.match(/BACKLOG_BYTES_MAX/g)).toHaveLength(2);
    expect(shop.checkout.output.match(/backlog has come down/g)).toHaveLength(1);
  }, 120_000);
});
