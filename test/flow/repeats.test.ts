/*
 * What is sent twice, counted where it arrives: at the receivers.
 */
import { afterEach, describe, expect, it } from '@jest/globals';

import { receivers } from '../../shared/shop-client/service-names.js';
import { expectBooksToAgree } from '../support/books.js';
import { PurchaseStream } from '../../shared/customers/purchase-stream.js';
import { anySeed, createRandom } from '../../shared/customers/random.js';
import { Shop } from '../../shared/shop-processes/shop.js';

/** A receiver that was away, or lost its answers, is tried again soon. */
const soon = 'delay=20;delay-max=100;circuit-delay=20;circuit-delay-max=100';
const faults = { DEMO: '1' };

describe('a checkout that is killed while it delivers', () => {
  let shop: Shop;
  afterEach(() => shop.close());

  const warehouse = async () => (await shop.status()).destinations.warehouse!;

  it.each([
    { concurrency: 4, batch: 1 },
    { concurrency: 2, batch: 5 },
  ])(
    'sends again what was in flight and no more, though finance is down: $concurrency requests of $batch',
    async ({ concurrency, batch }) => {
      const bound = concurrency * batch;
      const destinationOptions = `;concurrency=${concurrency};batch=${batch};window=64;${soon}`;
      shop = await Shop.open({ receivers: faults, destinationOptions });
      await shop.finance.kill();
      // Slow enough that every slot is taken and many more wait than fit into them.
      await shop.injectFaults('warehouse', { latencyMs: 300 });
      const stream = new PurchaseStream(shop, createRandom(anySeed()), 16);
      await stream.flow(60);
      await shop.waitUntil(
        'the warehouse has all its slots taken, and more wait',
        warehouse,
        ({ inFlight, pending }) => inFlight === bound && pending > 2 * bound,
      );
      await shop.checkout.kill('SIGKILL');
      expect(await shop.received('warehouse', 'duplicate')).toBe(0);
      await shop.checkout.start();
      await stream.flow(10);
      const acknowledged = await stream.stop();
      await shop.injectFaults('warehouse', {});
      await shop.waitUntil('the warehouse has everything', warehouse, ({ pending }) => pending === 0);

      const repeated = await shop.received('warehouse', 'duplicate');
      expect(repeated).toBeGreaterThan(0);
      expect(repeated).toBeLessThanOrEqual(bound);
      expect((await warehouse()).counts.repeats).toEqual({ restart: repeated, other: 0 });

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
