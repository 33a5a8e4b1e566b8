import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { expectBooksToAgree } from '../support/books.js';
import { MountedDisk } from '../support/mounted-disk.js';
import { PurchaseStream, type Acknowledged } from '../../shared/customers/purchase-stream.js';
import { anySeed, createRandom } from '../../shared/customers/random.js';
import { Shop, type ShopOptions } from '../../shared/shop-processes/shop.js';
import { anOrder } from '../../shared/shop-client/shop-client.js';

const deadlineMs = 180_000;
const isTrue = (holds: boolean) => holds;

/**
 * Stories of disks that are full, on real file systems. They need the right to mount, so `npm test` leaves them out by their
 * name; `.ci/run` runs them where it may. What needs no such right is in `disk-reserve.test.ts`.
 */
describe('a small disk', () => {
  let disk: MountedDisk;
  let shop: Shop;
  let acknowledged: Acknowledged[];

  beforeEach(() => {
    acknowledged = [];
  });
  afterEach(async () => {
    await shop.close();
    await disk.close();
  });

  const open = async (size: string, service: 'checkout' | 'finance', options: ShopOptions = {}) => {
    disk = await MountedDisk.tmpfs(size);
    shop = await Shop.prepare({ ...options, dataDirectories: { [service]: disk.path } });
  };
  const startAll = () => Promise.all([shop.warehouse.start(), shop.finance.start(), shop.checkout.start()]);

  const sell = async (count: number) => {
    const stream = new PurchaseStream(shop, createRandom(anySeed()));
    await stream.flow(count);
    acknowledged.push(...(await stream.stop()));
  };

  /** Sells until a purchase is not acknowledged, and returns that answer. */
  const sellUntilRefused = async () => {
    for (let number = 0; ; number += 1) {
      const key = `sold-${acknowledged.length}-${number}`;
      const answer = await shop.post(anOrder, key);
      if (answer.status !== 201) return answer;
      acknowledged.push({ key, order: anOrder, purchase: answer.body });
    }
  };

  const untilReady = (service: 'checkout' | 'finance') =>
    shop.waitUntil(`${service} is ready`, async () => (await shop.readiness(service)).status === 200, isTrue);

  const says = (text: string) =>
    shop.waitUntil(`the checkout says "${text}"`, () => Promise.resolve(shop.checkout.output.includes(text)), isTrue);

  const count = (text: string, output: string) => output.split(text).length - 1;

  it(
    'refuses purchases when it is full, goes on with all else, and takes them again when there is space: none is lost',
    async () => {
      await open('12m', 'checkout', { checkout: { DISK_RESERVE_BYTES: '0' }, receivers: { DEMO: '1' } });
      await startAll();
      await sell(50);
      // What finance is sent now, it takes when the disk is full.
      await shop.injectFaults('finance', { latencyMs: 2000 });
      await sell(30);
      await shop.waitUntil(
        'the warehouse has confirmed everything',
        () => shop.status(),
        ({ destinations }) => destinations.warehouse?.pending === 0,
      );
      const before = acknowledged.length;
      disk.fill();

      const refused = await sellUntilRefused();
      expect(refused).toMatchObject({
        status: 503,
        headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
        body: { type: 'urn:problem-type:purchase-refused', detail: expect.stringContaining('Nothing was written') },
      });
      expect(await shop.readiness('checkout')).toMatchObject({
        status: 503,
        body: { detail: expect.stringContaining('full') },
      });
      expect((await shop.status()).disk).toMatchObject({ state: 'full', refusing: true, reserveBytes: 0 });
      const { key, order, purchase } = acknowledged[0]!;
      expect(await shop.purchase(purchase.id)).toMatchObject({ id: purchase.id });
      expect(await shop.post(order, key)).toMatchObject({
        status: 201,
        headers: { 'idempotency-replayed': 'true' },
        body: { id: purchase.id },
      });

      await shop.waitUntil(
        'finance has what was sold before',
        () => shop.audit('finance'),
        ({ length }) => length >= before,
      );
      expect((await shop.status()).disk.state).toBe('full');

      disk.free();
      await untilReady('checkout');
      expect((await shop.status()).disk).toMatchObject({ state: 'room', refusing: false });
      await sell(30);
      await expectBooksToAgree(shop, acknowledged);
      expect(count('is full', shop.checkout.output)).toBe(1);
      expect(count('has space again', shop.checkout.output)).toBe(1);
    },
    deadlineMs,
  );

  it(
    'may kill nothing: a checkout killed while it is full says so at its start, and comes up by itself',
    async () => {
      await open('12m', 'checkout', { checkout: { DISK_RESERVE_BYTES: '0' } });
      await startAll();
      await sell(50);
      const stream = new PurchaseStream(shop, createRandom(anySeed()));
      await stream.flow(10);
      disk.fill();
      await says('is full');
      for (let kill = 1; kill <= 3; kill += 1) {
        await shop.checkout.kill('SIGKILL');
        shop.checkout.launch();
        await shop.waitUntil(
          'it says so once more',
          () => Promise.resolve(count('is full', shop.checkout.output)),
          (said) => said > kill,
        );
      }
      const { pid } = shop.checkout;
      disk.free();
      await untilReady('checkout');
      expect(shop.checkout.pid).toBe(pid);
      await stream.flow(30);
      acknowledged.push(...(await stream.stop()));
      await expectBooksToAgree(shop, acknowledged);
    },
    deadlineMs,
  );

  it.each([
    ['for the first time', 0],
    ['with purchases in it', 50],
  ])(
    'lets a checkout wait that is started on it %s when it is full, and start when there is space',
    async (_when, sold) => {
      await open('12m', 'checkout', { checkout: { DISK_RESERVE_BYTES: '0' } });
      if (sold > 0) {
        await startAll();
        await sell(sold);
        await shop.untilAllConfirmed();
        expect(await shop.checkout.kill('SIGTERM')).toEqual({ code: 0, signal: null });
      } else {
        await Promise.all([shop.warehouse.start(), shop.finance.start()]);
      }
      disk.fill();
      shop.checkout.launch();
      const { pid } = shop.checkout;
      await says('is full');
      // A log that can be read on a full disk is recovered first.
      await shop.waitUntil(
        'it is not ready because the disk is full',
        () => shop.readiness('checkout'),
        ({ status, body: { reason } }) => status === 503 && reason === 'disk-full',
      );
      expect((await fetch(`${shop.checkout.url}/healthz`)).status).toBe(200);

      disk.free();
      await untilReady('checkout');
      expect(shop.checkout.pid).toBe(pid);
      await sell(10);
      await expectBooksToAgree(shop, acknowledged);
    },
    deadlineMs,
  );

  it(
    'is not filled by a destination that is down: purchases are refused before, and taken again once it has them',
    async () => {
      await open('12m', 'checkout', { checkout: { SEGMENT_BYTES: '65536' } });
      await startAll();
      await shop.finance.kill();
      const stream = new PurchaseStream(shop, createRandom(anySeed()), 16);
      const { disk: refusing } = await shop.waitUntil(
        'purchases are refused',
        () => shop.status(),
        ({ disk: { refusing } }) => refusing,
        { deadlineMs: 90_000 },
      );
      expect(refusing.state).toBe('reserve');
      expect(refusing.reserveBytes).toBe(Math.floor(refusing.totalBytes / 10));
      expect(disk.availableBytes).toBeGreaterThan(0.75 * refusing.reserveBytes);
      expect(stream.count).toBeGreaterThan(1000);
      expect(await shop.post()).toMatchObject({
        status: 503,
        headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
      });
      expect(await shop.readiness('checkout')).toMatchObject({ status: 503 });

      await shop.finance.start();
      await shop.waitUntil(
        'purchases are taken again',
        () => shop.status(),
        ({ disk: { refusing } }) => !refusing,
        { deadlineMs: 90_000 },
      );
      await stream.flow(50);
      acknowledged.push(...(await stream.stop()));
      await expectBooksToAgree(shop, acknowledged);
      expect((await shop.status()).log.firstSequence).toBeGreaterThan(1);
      expect(shop.checkout.output).not.toContain('is full');
    },
    deadlineMs,
  );

  it(
    'of a destination lets deliveries wait when it is full: it asks for another try, and has each purchase once in the end',
    async () => {
      await open('4m', 'finance');
      await startAll();
      await sell(50);
      await shop.untilAllConfirmed();
      disk.fill();
      const stream = new PurchaseStream(shop, createRandom(anySeed()));
      await shop.waitUntil(
        'finance is not ready',
        async () => (await shop.readiness('finance')).status === 503,
        isTrue,
      );
      await stream.flow(30);
      const { destinations } = await shop.waitUntil(
        'the checkout knows why',
        () => shop.status(),
        ({ destinations: { finance } }) => finance?.lastError?.startsWith('503') === true,
      );
      expect(destinations.finance?.parked).toBe(0);
      await shop.finance.kill('SIGKILL');
      shop.finance.launch();
      await shop.waitUntil(
        'finance says what it waits for',
        () => shop.readiness('finance'),
        ({ body }) => body.reason === 'disk-full',
      );
      await stream.flow(30);

      disk.free();
      await untilReady('finance');
      acknowledged.push(...(await stream.stop()));
      await expectBooksToAgree(shop, acknowledged);
      expect(shop.finance.output).toContain('full');
    },
    deadlineMs,
  );
});
