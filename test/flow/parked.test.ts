import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { openPickyDestination, type PickyDestination } from '../support/picky-destination.js';
import { Shop } from '../../shared/shop-processes/shop.js';
import { anOrder } from '../../shared/shop-client/shop-client.js';

const welcome = anOrder;
const unwelcome = { ...anOrder, customerId: 'mallory' };

describe('a purchase that one destination refuses for good', () => {
  let picky: PickyDestination;
  let shop: Shop;
  beforeEach(async () => {
    picky = await openPickyDestination('mallory');
    shop = await Shop.open({ moreDestinations: [`picky=${picky.url}`] });
  });
  afterEach(async () => {
    await shop.close();
    await picky.close();
  });

  /** Purchases 1 to 7, of which the fourth is refused. */
  const sellSeven = async () => {
    for (let count = 0; count < 3; count += 1) await shop.buy(welcome);
    const { id } = await shop.buy(unwelcome);
    for (let count = 0; count < 3; count += 1) await shop.buy(welcome);
    const status = await shop.waitUntil(
      'all others are confirmed',
      () => shop.status(),
      ({ destinations: { warehouse, finance, picky: there } }) =>
        warehouse?.pending === 0 && finance?.pending === 0 && there?.pending === 1 && there.parked === 1,
    );
    return { id, status };
  };

  it('is parked for a person to decide, holds the mark below it, and holds up nobody else', async () => {
    const { id, status } = await sellSeven();

    expect(status.log).toMatchObject({ durableSequence: 7, lowWaterMark: 3 });
    expect(await shop.purchase(id)).toMatchObject({
      status: 'parked',
      deliveries: { warehouse: { state: 'confirmed' }, finance: { state: 'confirmed' }, picky: { state: 'parked' } },
    });
    expect(picky.taken).toHaveLength(6);
    expect(await shop.audit('warehouse')).toHaveLength(7);
    expect(await shop.audit('finance')).toHaveLength(7);
  });

  it('is still parked after a kill, and is not sent again by itself', async () => {
    const { id } = await sellSeven();
    await shop.checkout.killAndRestart();
    await shop.buy(welcome);
    const { log } = await shop.waitUntil(
      'the next purchase is confirmed everywhere',
      () => shop.status(),
      ({ destinations: { warehouse, finance, picky: there } }) =>
        warehouse?.pending === 0 && finance?.pending === 0 && there?.pending === 1,
    );

    expect(log.lowWaterMark).toBe(3);
    expect(await shop.purchase(id)).toMatchObject({ status: 'parked' });
    expect(picky.refused).toEqual([id]);
  });

  it('is delivered when a person has it tried again, and the mark moves on', async () => {
    const { id } = await sellSeven();
    picky.relent();
    const answer = await shop.administer('/deliveries/picky/4/retry');
    const { log } = await shop.untilAllConfirmed();

    expect(answer.status).toBeLessThan(300);
    expect(log.lowWaterMark).toBe(7);
    expect(picky.taken).toContain(id);
    expect(await shop.purchase(id)).toMatchObject({ status: 'confirmed' });
  });

  it('is given up when a person says so with a reason, and the mark moves on', async () => {
    const { id } = await sellSeven();
    const answer = await shop.administer('/deliveries/picky/4/discard', { reason: 'known fraud, case 17' });
    const { log } = await shop.untilAllConfirmed();

    expect(answer.status).toBeLessThan(300);
    expect(log.lowWaterMark).toBe(7);
    expect(await shop.purchase(id)).toMatchObject({ deliveries: { picky: { state: 'discarded' } } });
    expect(picky.refused).toEqual([id]);
  });
});
