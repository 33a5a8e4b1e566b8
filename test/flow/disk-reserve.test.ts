import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { expectBooksToAgree } from '../support/books.js';
import { Shop } from '../../shared/shop-processes/shop.js';
import { anOrder } from '../../shared/shop-client/shop-client.js';

/** More than any disk has. What really fills a disk is in `full-disk.story.ts`. */
const everything = String(1024 ** 5);

describe('a disk with less space than is kept free', () => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await Shop.open();
  });
  afterEach(() => shop.close());

  it('takes no purchase and says why, answers for those it has, and delivers them; with space, it sells on', async () => {
    await shop.finance.kill();
    const purchase = await shop.buy(anOrder, 'before');
    await shop.checkout.kill();
    shop.checkout.launch({ DISK_RESERVE_BYTES: everything });

    const unready = await shop.waitUntil(
      'it says that it is not ready',
      () => shop.readiness('checkout'),
      ({ status, body }) => status === 503 && body.reason !== 'recovering',
    );
    expect(unready.body.reason).toBe('disk-reserve');
    expect(unready.body.detail).toContain('less space left than is kept free');
    expect(await shop.post(anOrder, 'another')).toMatchObject({
      status: 503,
      headers: { 'retry-after': expect.stringMatching(/^[567]$/) },
      body: { type: 'urn:problem-type:purchase-refused', detail: expect.stringContaining('Nothing was written') },
    });
    expect(await shop.post(anOrder, 'before')).toMatchObject({
      status: 201,
      headers: { 'idempotency-replayed': 'true' },
      body: { id: purchase.id },
    });
    expect((await shop.status()).disk).toMatchObject({
      state: 'reserve',
      refusing: true,
      reserveBytes: Number(everything),
      availableBytes: expect.any(Number),
    });
    expect(await shop.metric('checkout', 'checkout_disk_refusing')).toBe(1);
    await shop.finance.start();
    await shop.untilAllConfirmed();
    expect(shop.checkout.output.match(/are kept free \(DISK_RESERVE_BYTES\)/g)).toHaveLength(1);

    await shop.checkout.killAndRestart();
    expect(await shop.metric('checkout', 'checkout_disk_refusing')).toBe(0);
    const next = await shop.buy(anOrder, 'another');
    await expectBooksToAgree(shop, [
      { key: 'before', order: anOrder, purchase },
      { key: 'another', order: anOrder, purchase: next },
    ]);
  }, 120_000);
});
