/*
 * One purchase in a quiet shop, and a crash on its way: then it can be told exactly what was on disk, and what is repeated.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openDatabaseReadonly } from '../../shared/sqlite/index.js';
import { dieAt } from '../support/crash-lives.js';
import { NoAnswerError } from '../../shared/shop-client/http-client.js';
import { Shop } from '../../shared/shop-processes/shop.js';
import { anOrder } from '../../shared/shop-client/shop-client.js';

const demo = { DEMO: '1' };

/** Buys; undefined if there was no answer. */
async function tryToBuy(shop: Shop, key: string) {
  return shop.post(anOrder, key).catch((error: unknown) => {
    if (error instanceof NoAnswerError) return undefined;
    throw error;
  });
}

/** What the warehouse has been sent although it had it. */
const repeatsSince = async (shop: Shop, before: number) => (await shop.received('warehouse', 'duplicate')) - before;

describe('a purchase during which the checkout dies', () => {
  let shop: Shop;
  let only: { DESTINATIONS: string };
  beforeAll(async () => {
    shop = await Shop.prepare({ checkout: demo, receivers: demo });
    only = { DESTINATIONS: `warehouse=${shop.warehouse.url}/events` };
    await shop.warehouse.start();
  });
  afterAll(() => shop.close());

  it.each([
    // point, whether the customer has an answer, what the next start finds, how often the warehouse gets it again
    ['before-write', 'never', 'nothing', 0],
    ['mid-write', 'never', 'torn bytes', 0],
    ['after-write', 'never', 'the purchase', 0],
    ['before-sync', 'never', 'the purchase', 0],
    ['after-sync', 'never', 'the purchase', 0],
    ['before-answer', 'never', 'the purchase', 'perhaps'],
    ['before-project', 'perhaps', 'the purchase', 0],
    ['after-project', 'perhaps', 'the purchase', 0],
    ['before-send', 'perhaps', 'the purchase', 0],
    ['after-send', 'perhaps', 'the purchase', 1],
    ['before-settle', 'perhaps', 'the purchase', 1],
    ['after-settle', 'perhaps', 'all confirmed', 0],
  ] as const)('at %s: answered %s, found: %s, repeated: %s', async (point, answered, found, repeats) => {
    const held = (await shop.audit('warehouse')).length;
    const before = await shop.received('warehouse', 'duplicate');
    const key = randomUUID();
    const dying = dieAt(shop.checkout, point, only);
    await shop.waitUntil(
      'the checkout takes purchases',
      () => shop.readiness('checkout'),
      ({ status }) => status === 200,
    );
    const answer = await tryToBuy(shop, key);
    await dying;
    if (answered === 'never') expect(answer).toBeUndefined();

    await shop.checkout.start(only);
    const { log, recovery } = await shop.status();
    const kept = found === 'the purchase' || found === 'all confirmed';
    expect(log.durableSequence).toBe(held + (kept ? 1 : 0));
    expect(recovery.tornBytes > 0).toBe(found === 'torn bytes');
    const open = found === 'the purchase' ? 1 : 0;
    // The delivery thread runs beside the answer, and may be anywhere.
    if (repeats === 'perhaps') expect(recovery.replayed).toBeLessThanOrEqual(open);
    else expect(recovery.replayed).toBe(open);

    const again = await shop.post(anOrder, key);
    expect(again.status).toBe(201);
    expect(again.headers['idempotency-replayed']).toBe(kept ? 'true' : undefined);
    if (answer) expect(again.body).toEqual(answer.body);
    const other = await shop.post({ ...anOrder, customerId: 'bob' }, key);
    expect(other).toMatchObject({ status: 422, headers: { location: `/purchases/${again.body.id}` } });
    await shop.untilAllConfirmed();
    expect((await shop.audit('warehouse')).slice(held)).toMatchObject([{ id: again.body.id }]);
    if (repeats === 'perhaps') expect(await repeatsSince(shop, before)).toBeLessThanOrEqual(1);
    else expect(await repeatsSince(shop, before)).toBe(repeats);
    await shop.checkout.kill('SIGTERM');
  });

  it.each([
    ['before-commit', 0],
    ['after-commit', 1],
  ])('when it is the warehouse that dies, at %s, is sent again and known there %d times', async (point, repeats) => {
    await shop.checkout.start(only);
    await shop.warehouse.kill('SIGTERM');
    const dying = dieAt(shop.warehouse, point);
    const { id } = await shop.buy();
    await dying;
    await shop.warehouse.start();
    await shop.untilAllConfirmed();

    expect((await shop.audit('warehouse')).filter((entry) => entry.id === id)).toHaveLength(1);
    expect(await repeatsSince(shop, 0)).toBe(repeats);
    await shop.checkout.kill('SIGTERM');
  });
});

describe('a purchase of which both destinations have confirmed', () => {
  it('is repeated at those, and only at those, of which no outcome was on disk at the crash', async () => {
    const shop = await Shop.prepare({ checkout: demo });
    try {
      await Promise.all([shop.warehouse.start(), shop.finance.start()]);
      const dying = dieAt(shop.checkout, 'before-settle:2');
      await shop.waitUntil(
        'it is answered',
        () => tryToBuy(shop, 'the-only-one'),
        (answer) => answer?.status === 201,
      );
      await dying;
      const recorded = confirmedIn(shop);
      expect(recorded.length).toBeLessThan(2);

      await shop.checkout.start();
      await shop.untilAllConfirmed();
      for (const receiver of ['warehouse', 'finance'] as const) {
        expect(await shop.received(receiver, 'duplicate')).toBe(recorded.includes(receiver) ? 0 : 1);
      }
    } finally {
      await shop.close();
    }
  });
});

describe('a shop that is no demonstration', () => {
  it('sells with CRASH_AT set and says in every service that it is ignored', async () => {
    const leftOver = { CRASH_AT: 'before-write' };
    const shop = await Shop.open({ checkout: leftOver, receivers: leftOver });
    try {
      expect((await shop.buy()).sequence).toBe(1);
      await shop.untilAllConfirmed();
      for (const { output } of [shop.checkout, shop.warehouse, shop.finance]) {
        expect(output).toContain('CRASH_AT is ignored: without DEMO=1');
      }
    } finally {
      await shop.close();
    }
  });
});

/** Destinations for which a delivery is on record as confirmed. */
function confirmedIn(shop: Shop): string[] {
  const database = openDatabaseReadonly(join(shop.checkout.dataDirectory, 'checkout.sqlite'));
  try {
    return database
      .prepare<[], string>(
        `SELECT name FROM destinations JOIN deliveries ON destination = number WHERE state = 'confirmed'`,
      )
      .pluck()
      .all();
  } finally {
    database.close();
  }
}
