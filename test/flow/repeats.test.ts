/*
 * What is sent twice, counted where it arrives: at the receivers.
 */
import { join } from 'node:path';

import { afterEach, describe, expect, it } from '@jest/globals';

import { receivers } from '../../shared/shop-client/service-names.js';
import { expectBooksToAgree } from '../support/books.js';
import { PurchaseStream } from '../../shared/customers/purchase-stream.js';
import { anySeed, createRandom } from '../../shared/customers/random.js';
import { Shop } from '../../shared/shop-processes/shop.js';
import { openDatabaseReadonly } from '../../shared/sqlite/index.js';

/** A receiver that was away, or lost its answers, is tried again soon. */
const soon = 'delay=20;delay-max=100;circuit-delay=20;circuit-delay-max=100';
const faults = { DEMO: '1' };

describe('a checkout that is killed while it delivers', () => {
  let shop: Shop;
  afterEach(() => shop.close());

  const warehouse = async () => (await shop.status()).destinations.warehouse!;

  it.each([
    { concurrency: 4, batch: 1, window: 8 },
    { concurrency: 2, batch: 5, window: 20 },
  ])(
    'sends again what is not on record and no more, though finance is down: $concurrency requests of $batch',
    async ({ concurrency, batch, window }) => {
      const destinationOptions = `;concurrency=${concurrency};batch=${batch};window=${window};${soon}`;
      shop = await Shop.open({ receivers: faults, destinationOptions });
      await shop.finance.kill();
      // Slow enough that every slot is taken and many more wait than the lane has read.
      await shop.injectFaults('warehouse', { latencyMs: 300 });
      const stream = new PurchaseStream(shop, createRandom(anySeed()), 16);
      await stream.flow(60);
      await shop.waitUntil(
        'the warehouse has all its slots taken, and more wait',
        warehouse,
        ({ inFlight, pending }) => inFlight === concurrency * batch && pending > 2 * window,
      );
      await shop.checkout.kill('SIGKILL');
      expect(await shop.received('warehouse', 'duplicate')).toBe(0);
      // Deliveries go on at the warehouse without anyone who waits for the answer. What it has after its stop is all it ever got.
      await shop.warehouse.kill('SIGTERM');
      const unrecorded = appliedAtWarehouse(shop) - confirmedOnRecord(shop);
      expect(unrecorded).toBeGreaterThan(0);
      expect(unrecorded).toBeLessThanOrEqual(window);
      await shop.warehouse.start();
      await shop.checkout.start();
      await stream.flow(10);
      const acknowledged = await stream.stop();
      await shop.waitUntil('the warehouse has everything', warehouse, ({ pending }) => pending === 0);

      expect(await shop.received('warehouse', 'duplicate')).toBe(unrecorded);
      expect((await warehouse()).counts.repeats).toEqual({ restart: unrecorded, other: 0 });

      await shop.finance.start();
      await shop.untilAllConfirmed();
      await expectBooksToAgree(shop, acknowledged);
      expect(await shop.received('finance', 'duplicate')).toBe(0);
      expect((await shop.status()).destinations.finance?.counts).toMatchObject({
        confirmed: acknowledged.length,
        repeats: { restart: 0, other: 0 },
      });
    },
    120_000,
  );
});

describe('receivers that store every purchase and lose every answer', () => {
  let shop: Shop;
  afterEach(() => shop.close());

  it('see nothing twice where they can be asked, not even when the checkout is killed', async () => {
    shop = await Shop.open({ receivers: faults, destinationOptions: `;${soon}`, verify: true });
    for (const name of receivers) await shop.injectFaults(name, { dropAfterCommitRate: 1 });
    const stream = new PurchaseStream(shop, createRandom(anySeed()));
    await stream.flow(25);
    await shop.checkout.killAndRestart();
    await stream.flow(10);
    const acknowledged = await stream.stop();
    const { destinations } = await shop.untilAllConfirmed();

    for (const name of receivers) {
      expect(await shop.received(name, 'applied')).toBe(acknowledged.length);
      expect(await shop.received(name, 'duplicate')).toBe(0);
      const { counts } = destinations[name]!;
      expect(counts.repeatsSaved).toBeGreaterThan(0);
      expect(counts).toMatchObject({ repeatsSaved: counts.checks.held, confirmed: counts.checks.held });
      expect(counts.repeats).toEqual({ restart: 0, other: 0 });
    }
    await expectBooksToAgree(shop, acknowledged);
  }, 120_000);
});

function appliedAtWarehouse(shop: Shop): number {
  return numberIn(join(shop.warehouse.dataDirectory, 'warehouse.sqlite'), 'SELECT count(*) FROM inbox');
}

function confirmedOnRecord(shop: Shop): number {
  const confirmed = `SELECT finished FROM destinations WHERE name = 'warehouse'`;
  return numberIn(join(shop.checkout.dataDirectory, 'checkout.sqlite'), confirmed);
}

function numberIn(path: string, query: string): number {
  const database = openDatabaseReadonly(path);
  try {
    return Number(database.prepare<[], number>(query).pluck().get());
  } finally {
    database.close();
  }
}
