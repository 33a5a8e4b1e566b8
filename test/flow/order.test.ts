import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type NotingDestination, openNotingDestination } from '../support/noting-destination.js';
import { Shop } from '../../shared/shop-processes/shop.js';
import { anOrder } from '../../shared/shop-client/shop-client.js';

const refusedQuantity = 13;
const bought = (customerId: string, quantity = 1) => ({
  ...anOrder,
  customerId,
  items: [{ sku: 'BOOK-1', quantity, unitPrice: 1250 }],
});

describe('a destination that wants the purchases of a customer in order', () => {
  let noting: NotingDestination;
  let shop: Shop;
  beforeEach(async () => {
    noting = await openNotingDestination(({ items }) => items[0]?.quantity === refusedQuantity);
    shop = await Shop.open({ moreDestinations: [`noting=${noting.url};order=key`] });
  });
  afterEach(async () => {
    await shop.close();
    await noting.close();
  });

  const untilConfirmed = (count: number, what: string) =>
    shop.waitUntil(
      what,
      () => shop.status(),
      ({ log, destinations }) => log.durableSequence - (destinations.noting?.pending ?? Infinity) === count,
    );

  it('gets no later one while one is parked, over a kill, and all in order once a person has decided', async () => {
    const { sequence: refused } = await shop.buy(bought('mallory', refusedQuantity));
    const waiting: { id: string; sequence: number }[] = [];
    for (let count = 0; count < 4; count += 1) {
      waiting.push(await shop.buy(bought('mallory')));
      await shop.buy(bought('alice'));
    }
    const parked = await untilConfirmed(4, 'alice has all of hers');
    expect(parked.destinations.noting).toMatchObject({ pending: 5, parked: 1, retrying: 0, inFlight: 0 });
    expect(noting.cameFirst('mallory')).toEqual([refused]);
    expect(await shop.purchase(waiting[0]!.id)).toMatchObject({
      deliveries: { warehouse: { state: 'confirmed' }, noting: { state: 'pending' } },
    });

    await shop.checkout.killAndRestart();
    waiting.push(await shop.buy(bought('mallory')));
    await shop.buy(bought('alice'));
    const { log } = await untilConfirmed(5, 'the next of alice is there');
    expect(log.lowWaterMark).toBe(refused - 1);
    expect(noting.cameFirst('mallory')).toEqual([refused]);

    const answer = await shop.administer(`/deliveries/noting/${refused}/discard`, { reason: 'known fraud, case 17' });
    expect(answer.status).toBe(200);
    await shop.untilAllConfirmed();
    expect(noting.cameFirst('mallory')).toEqual([refused, ...waiting.map(({ sequence }) => sequence)]);
    expect(noting.outstandingMost).toBe(1);
  });

  it('gets them one at a time and in order, though the checkout is killed while one is under way', async () => {
    noting.hold();
    const mine: number[] = [];
    for (let count = 0; count < 6; count += 1) mine.push((await shop.buy(bought('alice'))).sequence);
    await shop.buy(bought('bob'));
    const firstCame = () =>
      shop.waitUntil(
        'the first of each has come',
        () => Promise.resolve([noting.cameFirst('alice').length, noting.cameFirst('bob').length]),
        (came) => came.every((length) => length > 0),
      );
    await firstCame();
    await shop.checkout.killAndRestart();
    expect(noting.cameFirst('alice')).toEqual(mine.slice(0, 1));

    noting.release();
    await shop.untilAllConfirmed();
    expect(noting.cameFirst('alice')).toEqual(mine);
    expect(noting.outstandingMost).toBe(1);
  });
});
