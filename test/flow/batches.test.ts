import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { expectBooksToAgree } from '../support/books.js';
import type { Acknowledged } from '../../shared/customers/purchase-stream.js';
import {
  openRecordingDestination,
  yes,
  type RecordingDestination,
  type Respond,
} from '../support/recording-destination.js';
import { Shop } from '../../shared/shop-processes/shop.js';
import { anOrder } from '../../shared/shop-client/shop-client.js';

const batchMax = 50;
const backlog = 300;
const poison = { ...anOrder, customerId: 'mallory' };

/** Yes to all but one customer, whom it will never have: in a batch, and alone. */
const allButMallory: Respond = (request) => {
  const rejected = (customerId: string) => customerId === poison.customerId;
  if (!request.batch)
    return request.events.some((event) => rejected(event.customerId)) ? { status: 422 } : yes(request);
  const results = request.events.map(({ id, customerId }) => ({
    id,
    status: rejected(customerId) ? 'rejected' : 'applied',
  }));
  return { status: 200, body: { results } };
};

describe('destinations that take batches', () => {
  let parcels: RecordingDestination;
  let shop: Shop;
  let acknowledged: Acknowledged[];
  beforeEach(async () => {
    acknowledged = [];
    parcels = await openRecordingDestination();
    shop = await Shop.open({
      destinationOptions: `;batch=${batchMax}`,
      moreDestinations: [`parcels=${parcels.url};batch=${batchMax}`],
    });
  });
  afterEach(async () => {
    await shop.close();
    await parcels.close();
  });

  const names = ['warehouse', 'finance', 'parcels'];
  const buy = async (order = anOrder) => {
    const key = `purchase-${acknowledged.length + 1}`;
    const purchase = await shop.buy(order, key);
    acknowledged.push({ key, order, purchase });
    return purchase;
  };
  const setPaused = async (paused: boolean) => {
    for (const name of names) await shop.administer(`/destinations/${name}/${paused ? 'pause' : 'resume'}`);
  };
  /** Ids of all events that parcels was sent, repeats included. */
  const sent = () => parcels.requests.flatMap(({ events }) => events.map(({ id }) => id));

  it('get a purchase when it comes: it is not held back for the company of others', async () => {
    for (let count = 1; count <= 3; count += 1) {
      // Nothing follows it: were it to wait for another, it would wait for ever.
      const { id } = await buy();
      await shop.untilAllConfirmed();
      expect(parcels.requests).toHaveLength(count);
      expect(parcels.requests.at(-1)).toMatchObject({ batch: false, events: [{ id }] });
    }
    await expectBooksToAgree(shop, acknowledged);
  });

  it('get a backlog in far fewer requests than it has purchases, each of them once', async () => {
    await setPaused(true);
    for (let count = 0; count < backlog; count += 1) await buy();
    expect(sent()).toEqual([]);
    await setPaused(false);
    await shop.untilAllConfirmed();

    expect(parcels.requests.length).toBeLessThanOrEqual((2 * backlog) / batchMax);
    expect(Math.max(...parcels.requests.map(({ events }) => events.length))).toBe(batchMax);
    expect(sent().toSorted()).toEqual(acknowledged.map(({ purchase }) => purchase.id).toSorted());
    for (const receiver of ['warehouse', 'finance'] as const) {
      expect(await shop.received(receiver, 'duplicate')).toBe(0);
    }
    await expectBooksToAgree(shop, acknowledged);
  });

  it('may refuse one of a batch for good: it is parked, and its neighbours are confirmed and not sent again', async () => {
    parcels.respond(allButMallory);
    await setPaused(true);
    for (let count = 1; count < batchMax / 2; count += 1) await buy();
    const { id, sequence } = await buy(poison);
    while (acknowledged.length < batchMax) await buy();
    await setPaused(false);
    const { log } = await shop.waitUntil(
      'all others are confirmed',
      () => shop.status(),
      ({ destinations: { warehouse, finance, parcels: there } }) =>
        warehouse?.pending === 0 && finance?.pending === 0 && there?.pending === 1 && there.parked === 1,
    );

    expect(log.lowWaterMark).toBe(sequence - 1);
    expect(await shop.purchase(id)).toMatchObject({ deliveries: { parcels: { state: 'parked', attempts: 1 } } });
    expect(sent()).toHaveLength(batchMax);
    expect(parcels.requests.find(({ events }) => events.some((event) => event.id === id))?.events.length).toBe(
      batchMax,
    );

    parcels.respond(yes);
    expect((await shop.administer(`/deliveries/parcels/${sequence}/retry`)).status).toBe(200);
    await shop.untilAllConfirmed();
    expect(sent()).toHaveLength(batchMax + 1);
    expect(sent().at(-1)).toBe(id);
    await expectBooksToAgree(shop, acknowledged);
  });
});
