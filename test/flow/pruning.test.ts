import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { expectBooksToAgree } from '../support/books.js';
import { PurchaseStream } from '../../shared/customers/purchase-stream.js';
import { anySeed, createRandom } from '../../shared/customers/random.js';
import { Shop } from '../../shared/shop-processes/shop.js';

const firstSegment = `${'1'.padStart(20, '0')}.wal`;

describe('a log in small segments', () => {
  it('gives the disk back once purchases are confirmed, and neither they nor their numbers are lost', async () => {
    const shop = await Shop.open({ checkout: { SEGMENT_BYTES: '4096' } });
    try {
      const segments = async () => {
        const files = await readdir(join(shop.checkout.dataDirectory, 'log'));
        return files.filter((file) => file.endsWith('.wal'));
      };
      await shop.finance.kill();
      const stream = new PurchaseStream(shop, createRandom(anySeed()));
      await stream.flow(100);
      const acknowledged = await stream.stop();
      const held = await segments();
      expect(held).toContain(firstSegment);
      expect(held.length).toBeGreaterThan(5);

      await shop.finance.start();
      await shop.untilAllConfirmed({ deadlineMs: 90_000 });
      await shop.waitUntil('confirmed segments are gone', segments, (files) => files.length <= 2);
      expect(await segments()).not.toContain(firstSegment);
      // The files are gone before the writer hears of it.
      await shop.waitUntil(
        'the log begins later',
        () => shop.status(),
        ({ log }) => log.firstSequence > 1,
      );

      await shop.checkout.killAndRestart();
      await expectBooksToAgree(shop, acknowledged);
      expect((await shop.buy()).sequence).toBe(acknowledged.length + 1);
    } finally {
      await shop.close();
    }
  }, 150_000);
});
