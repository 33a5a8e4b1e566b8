import { describe, it } from '@jest/globals';

import type { ReceiverName } from '../../shared/shop-client/service-names.js';
import { expectBooksToAgree } from '../support/books.js';
import { PurchaseStream } from '../../shared/customers/purchase-stream.js';
import { anySeed, createRandom } from '../../shared/customers/random.js';
import { Shop } from '../../shared/shop-processes/shop.js';

const rounds = 3;
const receivers: readonly ReceiverName[] = ['warehouse', 'finance'];

describe('receivers that are killed in the middle of deliveries', () => {
  const seed = anySeed();

  it(`neither forget a purchase nor book it twice (seed ${seed})`, async () => {
    const shop = await Shop.open();
    try {
      const random = createRandom(seed);
      const stream = new PurchaseStream(shop, random);
      for (let round = 0; round < rounds; round += 1) {
        for (const receiver of receivers) {
          await stream.flow(random.integer(1, 40));
          await shop[receiver].killAndRestart();
        }
      }
      const acknowledged = await stream.stop();
      await shop.untilAllConfirmed({ deadlineMs: 90_000 });
      await expectBooksToAgree(shop, acknowledged);
    } finally {
      await shop.close();
    }
  }, 180_000);
});
