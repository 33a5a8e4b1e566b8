import { describe, expect, it } from '@jest/globals';

import { expectBooksToAgree } from '../support/books.js';
import { PurchaseStream } from '../../shared/customers/purchase-stream.js';
import { anySeed, createRandom } from '../../shared/customers/random.js';
import { Shop } from '../../shared/shop-processes/shop.js';

const kills = 10;

describe('a checkout that is killed in the middle of sales', () => {
  const seed = anySeed();

  it(`has every acknowledged purchase in the books exactly once, after ${kills} kills (seed ${seed})`, async () => {
    const shop = await Shop.open();
    try {
      const random = createRandom(seed);
      const stream = new PurchaseStream(shop, random);
      for (let kill = 0; kill < kills; kill += 1) {
        await stream.flow(random.integer(1, 40));
        expect(await shop.checkout.kill('SIGKILL')).toMatchObject({ signal: 'SIGKILL' });
        await shop.checkout.start();
      }
      await stream.flow(20);
      await expectBooksToAgree(shop, await stream.stop());
    } finally {
      await shop.close();
    }
  }, 180_000);
});
