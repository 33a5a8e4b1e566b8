import { afterEach, describe, expect, it } from '@jest/globals';

import { exitNeedsPerson } from '../../shared/http/index.js';
import { expectBooksToAgree } from '../support/books.js';
import { MountedDisk } from '../support/mounted-disk.js';
import { PurchaseStream } from '../../shared/customers/purchase-stream.js';
import { anySeed, createRandom } from '../../shared/customers/random.js';
import { Shop } from '../../shared/shop-processes/shop.js';

const deadlineMs = 180_000;
const hiccups = 3;
/**
 * Stories of a disk that fails, on a block device that can be broken. What the kernel cannot write back it marks as clean: it
 * can still be read, and the next sync succeeds for nothing. They need the right to mount, as the stories of full disks do.
 */
describe('a disk that fails', () => {
  let disk: MountedDisk;
  let shop: Shop;
  let stream: PurchaseStream;
  afterEach(async () => {
    await shop.close();
    await disk.close();
  });

  const sellOn = async (checkout: Readonly<Record<string, string>> = {}) => {
    disk = await MountedDisk.breakable('64M');
    shop = await Shop.open({ checkout, dataDirectories: { checkout: disk.path } });
    stream = new PurchaseStream(shop, createRandom(anySeed()));
    await stream.flow(100);
  };

  /** Breaks the disk under the sales. */
  const breakUntilItEnds = async () => {
    disk.break();
    const { code } = await shop.checkout.ended();
    expect(code).not.toBe(0);
    expect(code).not.toBe(exitNeedsPerson);
  };

  const booksAgree = async () => {
    await stream.flow(50);
    const acknowledged = await stream.stop();
    await expectBooksToAgree(shop, acknowledged);
    return acknowledged;
  };

  it(
    'ends the checkout, and cannot be used until it is mounted anew; then all that was acknowledged is on it',
    async () => {
      await sellOn();
      await breakUntilItEnds();
      shop.checkout.launch();
      expect((await shop.checkout.ended()).code).not.toBe(0);
      shop.checkout.launch();
      expect(await shop.checkout.ended()).toEqual({ code: exitNeedsPerson, signal: null });
      expect(shop.checkout.output).toMatch(/cannot use .* read-only file system/);

      disk.mend();
      await disk.mountAnew();
      await shop.checkout.start();
      await booksAgree();
    },
    deadlineMs,
  );

  it.each([
    ['', {}],
    [', with the log pruned behind it', { SEGMENT_BYTES: '8192' }],
  ])(
    `ends the checkout at each of ${hiccups} hiccups; it believes nothing that only memory holds, and a power cut takes nothing%s`,
    async (_how, checkout) => {
      await sellOn(checkout);
      for (let hiccup = 1; hiccup <= hiccups; hiccup += 1) {
        await breakUntilItEnds();
        disk.mend();
        if (!(await disk.takesWrites())) await disk.mountAnew();
        await shop.checkout.start();
        await stream.flow(30);
      }
      const acknowledged = await booksAgree();

      await shop.checkout.kill('SIGKILL');
      await disk.mountAnew();
      await shop.checkout.start();
      await expectBooksToAgree(shop, acknowledged);
    },
    deadlineMs,
  );
});
