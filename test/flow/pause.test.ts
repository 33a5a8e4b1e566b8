import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { expectBooksToAgree } from '../support/books.js';
import { PurchaseStream, type Acknowledged } from '../../shared/customers/purchase-stream.js';
import { anySeed, createRandom } from '../../shared/customers/random.js';
import { Shop } from '../../shared/shop-processes/shop.js';

describe('a destination that a person has paused', () => {
  let shop: Shop;
  let acknowledged: Acknowledged[];
  beforeEach(async () => {
    acknowledged = [];
    shop = await Shop.open();
  });
  afterEach(() => shop.close());

  const sell = async (count: number) => {
    const before = (await shop.status()).log.durableSequence;
    const stream = new PurchaseStream(shop, createRandom(anySeed()));
    await stream.flow(count);
    acknowledged.push(...(await stream.stop()));
    return (await shop.status()).log.durableSequence - before;
  };
  const pauseFinance = (action: 'pause' | 'resume') => shop.administer(`/destinations/finance/${action}`);
  const untilWarehouseHasAll = () =>
    shop.waitUntil(
      'the warehouse has confirmed everything',
      () => shop.status(),
      ({ destinations }) => destinations.warehouse?.pending === 0,
    );

  it('is sent nothing, also after kills of the checkout, while the others go on; when it is resumed it gets it all, once', async () => {
    await sell(20);
    const { log } = await shop.untilAllConfirmed();
    const heldBefore = await shop.audit('finance');
    expect((await pauseFinance('pause')).body).toEqual({ paused: true });

    let held = 0;
    for (let kill = 0; kill < 2; kill += 1) {
      held += await sell(20);
      await shop.checkout.killAndRestart();
    }
    held += await sell(20);
    const paused = await untilWarehouseHasAll();
    expect(paused.destinations.finance).toMatchObject({ paused: true, pending: held, parked: 0, inFlight: 0 });
    expect(paused.log.lowWaterMark).toBe(log.durableSequence);
    expect(await shop.audit('finance')).toEqual(heldBefore);

    expect((await pauseFinance('resume')).body).toEqual({ paused: false });
    await shop.untilAllConfirmed();
    await expectBooksToAgree(shop, acknowledged);
    expect(await shop.received('finance', 'applied')).toBe(acknowledged.length);
    expect(await shop.received('finance', 'duplicate')).toBe(0);
  }, 120_000);

  it('stays resumed after a kill, once it was told that it is', async () => {
    await pauseFinance('pause');
    await sell(10);
    await pauseFinance('resume');
    await shop.checkout.killAndRestart();
    await sell(10);
    await shop.untilAllConfirmed();
    expect((await shop.status()).destinations.finance?.paused).toBe(false);
    await expectBooksToAgree(shop, acknowledged);
  });
});
