import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';

import { expectBooksToAgree } from '../support/books.js';
import type { ServiceProcess } from '../../shared/shop-processes/service-process.js';
import { Shop } from '../../shared/shop-processes/shop.js';
import { anOrder } from '../../shared/shop-client/shop-client.js';

const run = promisify(execFile);
const aMinute = { SHUTDOWN_DELAY_MS: '60000' };

let shop: Shop;
afterEach(() => shop.close());

const healthOf = async ({ url }: ServiceProcess) => (await fetch(`${url}/healthz`)).status;
const saysWhy = (name: 'checkout' | 'warehouse' | 'finance', reason: string) =>
  shop.waitUntil(
    `the ${name} says "${reason}"`,
    () => shop.readiness(name),
    ({ body }) => body.reason === reason,
  );
const signal = ({ pid }: ServiceProcess, name: NodeJS.Signals) => process.kill(pid!, name);

describe('a checkout that has not recovered yet', () => {
  let database: Database.Database;
  /** Its database is held by somebody else, so that it can come no further. */
  beforeEach(async () => {
    shop = await Shop.open();
    await shop.buy(anOrder, 'before');
    await shop.checkout.kill();
    database = new Database(join(shop.checkout.dataDirectory, 'checkout.sqlite'));
    database.pragma('locking_mode = EXCLUSIVE');
    database.exec('BEGIN EXCLUSIVE');
    shop.checkout.launch();
  });
  afterEach(() => {
    database.close();
  });

  it('is alive, says that it recovers, and takes no purchase; then it sells on', async () => {
    const { status, headers } = await saysWhy('checkout', 'recovering');
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('1');
    expect(await healthOf(shop.checkout)).toBe(200);
    expect(await shop.post(anOrder, 'meanwhile')).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
      body: { type: 'urn:problem-type:not-ready', reason: 'recovering' },
    });
    database.close();
    await shop.waitUntil(
      'the checkout is ready',
      () => shop.readiness('checkout'),
      (answer) => answer.status === 200,
    );
    expect((await shop.buy(anOrder, 'meanwhile')).sequence).toBe(2);
  });

  it('ends when it is asked to, with 0: nothing is half done that a kill could not break off as well', async () => {
    await saysWhy('checkout', 'recovering');
    signal(shop.checkout, 'SIGTERM');
    expect(await shop.checkout.ended()).toEqual({ code: 0, signal: null });
    database.close();
    await shop.checkout.start();
    expect((await shop.post(anOrder, 'before')).headers['idempotency-replayed']).toBe('true');
  });
});

describe('services that are asked to stop behind a load balancer', () => {
  it('say first that they go, serve meanwhile, and end at once at a second signal', async () => {
    shop = await Shop.open({ checkout: aMinute, receivers: aMinute });
    for (const name of ['checkout', 'warehouse', 'finance'] as const) {
      signal(shop[name], 'SIGTERM');
      expect(await saysWhy(name, 'shutting-down')).toMatchObject({ status: 503 });
      expect(await healthOf(shop[name])).toBe(200);
    }
    const purchase = await shop.buy(anOrder, 'late');
    await shop.untilAllConfirmed();
    for (const name of ['checkout', 'warehouse', 'finance'] as const) {
      expect(await shop[name].kill('SIGTERM')).toEqual({ code: 0, signal: null });
    }

    await Promise.all([shop.warehouse.start(), shop.finance.start(), shop.checkout.start()]);
    await expectBooksToAgree(shop, [{ key: 'late', order: anOrder, purchase }]);
    expect(await shop.received('warehouse', 'duplicate')).toBe(0);
  }, 120_000);
});

describe('a checkout whose log fails under a purchase', () => {
  it('tells the customer that the outcome is unknown before it ends: a cut connection says less', async () => {
    // The delivery thread has nothing to write, so that it is the log which fails.
    shop = await Shop.open();
    for (let count = 0; count < 20; count += 1) await shop.buy();
    await shop.untilAllConfirmed();
    // From now on the kernel refuses what would make a file of this process longer than this (EFBIG).
    await run('prlimit', ['--pid', String(shop.checkout.pid), '--fsize=4096']);
    expect(await shop.post(anOrder, 'in-doubt')).toMatchObject({
      status: 500,
      body: { type: 'urn:problem-type:outcome-unknown' },
    });
    expect(await shop.checkout.ended()).toEqual({ code: 1, signal: null });
    await shop.checkout.start();
    expect((await shop.post(anOrder, 'in-doubt')).status).toBe(201);
  }, 120_000);
});
