import { describe, expect, it } from '@jest/globals';

import { expectBooksToAgree } from '../support/books.js';
import { PurchaseStream } from '../../shared/customers/purchase-stream.js';
import { anySeed, createRandom } from '../../shared/customers/random.js';
import { Shop } from '../../shared/shop-processes/shop.js';

const rollouts = 3;

describe('a checkout that is asked to stop in the middle of sales', () => {
  it('exits with 0, having lost nothing and leaving nothing to be sent twice', async () => {
    const shop = await Shop.open();
    try {
      const stream = new PurchaseStream(shop, createRandom(anySeed()));
      for (let rollout = 0; rollout < rollouts; rollout += 1) {
        await stream.flow(30);
        expect(await shop.checkout.kill('SIGTERM')).toEqual({ code: 0, signal: null });
        await shop.checkout.start();
      }
      const acknowledged = await stream.stop();
      await expectBooksToAgree(shop, acknowledged);
      for (const receiver of ['warehouse', 'finance'] as const) {
        expect(await shop.received(receiver, 'applied')).toBe(acknowledged.length);
        expect(await shop.received(receiver, 'duplicate')).toBe(0);
      }
    } finally {
      await shop.close();
    }
  }, 120_000);
});
