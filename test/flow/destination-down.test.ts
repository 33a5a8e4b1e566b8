import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { ReceiverName } from '../../shared/shop-client/service-names.js';
import { expectBooksToAgree } from '../support/books.js';
import { PurchaseStream } from '../../shared/customers/purchase-stream.js';
import { anySeed, createRandom } from '../../shared/customers/random.js';
import { Shop } from '../../shared/shop-processes/shop.js';

const backDeadlineMs = 90_000;

describe('while destinations are down', () => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await Shop.open();
  });
  afterEach(() => shop.close());

  /** Some purchases, acknowledged whatever the state of the destinations. */
  const sell = async (count: number) => {
    const stream = new PurchaseStream(shop, createRandom(anySeed()));
    await stream.flow(count);
    return stream.stop();
  };

  const oneDown: readonly [down: ReceiverName, up: ReceiverName][] = [
    ['warehouse', 'finance'],
    ['finance', 'warehouse'],
  ];
  it.each(oneDown)(
    'no sale is lost when the %s is away, and the %s gets each purchase at once and only once',
    async (down, up) => {
      await shop[down].kill();
      const acknowledged = await sell(30);

      const away = await shop.waitUntil(
        `the ${up} has confirmed everything`,
        () => shop.status(),
        ({ destinations }) => destinations[up]?.pending === 0,
      );
      expect(away.destinations[down]?.pending).toBe(acknowledged.length);
      expect(away.log.lowWaterMark).toBe(0);

      await shop[down].start();
      await shop.untilAllConfirmed({ deadlineMs: backDeadlineMs });
      await expectBooksToAgree(shop, acknowledged);
      expect(await shop.received(up, 'applied')).toBe(acknowledged.length);
      expect(await shop.received(up, 'duplicate')).toBe(0);
    },
    150_000,
  );

  it('no sale is lost when both are away, not even if the checkout is killed meanwhile', async () => {
    await shop.warehouse.kill();
    await shop.finance.kill();
    const acknowledged = await sell(30);
    expect((await shop.status()).log).toMatchObject({ durableSequence: acknowledged.length, lowWaterMark: 0 });
    await shop.checkout.killAndRestart();

    await Promise.all([shop.warehouse.start(), shop.finance.start()]);
    await shop.untilAllConfirmed({ deadlineMs: backDeadlineMs });
    await expectBooksToAgree(shop, acknowledged);
  }, 150_000);
});

describe('a checkout that starts before its destinations', () => {
  it('sells, and delivers once they are there', async () => {
    const shop = await Shop.prepare();
    try {
      await shop.checkout.start();
      const { id } = await shop.buy();
      await Promise.all([shop.warehouse.start(), shop.finance.start()]);
      await shop.untilAllConfirmed({ deadlineMs: backDeadlineMs });

      expect(await shop.audit('warehouse')).toMatchObject([{ id }]);
      expect(await shop.audit('finance')).toMatchObject([{ id }]);
    } finally {
      await shop.close();
    }
  }, 120_000);
});
