import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { describe, expect, it } from '@jest/globals';

import { expectBooksToAgree } from '../support/books.js';
import { PurchaseStream } from '../../shared/customers/purchase-stream.js';
import { anySeed, createRandom } from '../../shared/customers/random.js';
import { Shop } from '../../shared/shop-processes/shop.js';

const run = promisify(execFile);

/** Disks that fail for real are in `failing-disk.story.ts`. */
describe('a checkout whose writes fail from one moment to the next', () => {
  it('ends, so that it is started again, and nothing that it acknowledged is missing then', async () => {
    const shop = await Shop.open();
    try {
      const stream = new PurchaseStream(shop, createRandom(anySeed()));
      await stream.flow(50);
      // From now on the kernel refuses what would make a file of this process longer than this (EFBIG).
      await run('prlimit', ['--pid', String(shop.checkout.pid), '--fsize=4096']);
      const { code } = await shop.checkout.ended();
      expect(code).toBe(1);
      expect(shop.checkout.output).toMatch(/the log failed: .*EFBIG|SQLITE_IOERR_WRITE/);

      await shop.checkout.start();
      await stream.flow(50);
      await expectBooksToAgree(shop, await stream.stop());
    } finally {
      await shop.close();
    }
  }, 120_000);
});
