import { cp, rm } from 'node:fs/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { Acknowledged } from '../../shared/customers/purchase-stream.js';
import { Shop } from '../../shared/shop-processes/shop.js';
import { anOrder } from '../../shared/shop-client/shop-client.js';
import { expectBooksToAgree } from '../support/books.js';

const backDeadlineMs = 60_000;
const reason = 'finance was restored from a backup';

interface Redelivered {
  readonly redelivered: number[];
  readonly refused: { sequence: number; reason: string }[];
}

describe('purchases that finance confirmed, and lost when its database was restored from a backup', () => {
  let shop: Shop;
  let acknowledged: Acknowledged[];
  beforeEach(async () => {
    acknowledged = [];
    // Small segments, so that the log does not hold any more what finance has lost.
    shop = await Shop.open({ checkout: { SEGMENT_BYTES: '1024' } });
  });
  afterEach(() => shop.close());

  const sell = async () => {
    const number = acknowledged.length + 1;
    const [key, order] = [`key-${number}`, { ...anOrder, customerId: `customer-${number}` }];
    acknowledged.push({ key, order, purchase: await shop.buy(order, key) });
  };

  /** Two purchases are in the backup; those after it are pruned from the log. Leaves finance stopped. Returns what it has lost. */
  const restoreFinance = async (): Promise<number[]> => {
    const { finance } = shop;
    const backup = `${finance.dataDirectory}-backup`;
    for (let count = 0; count < 2; count += 1) await sell();
    await shop.untilAllConfirmed();
    await finance.kill('SIGTERM');
    await cp(finance.dataDirectory, backup, { recursive: true });
    await finance.start();
    do await sell();
    while ((await shop.untilAllConfirmed()).log.firstSequence <= 4);
    await finance.kill('SIGTERM');
    await rm(finance.dataDirectory, { recursive: true });
    await cp(backup, finance.dataDirectory, { recursive: true });
    return acknowledged.slice(2).map(({ purchase }) => purchase.sequence);
  };

  const redeliver = async (sequences: readonly number[]) => {
    const body = { sequences, reason };
    const answer = await shop.administer<Redelivered>('/deliveries/finance/redeliver', body);
    expect(answer.status).toBe(200);
    return answer.body;
  };

  it('are there again once a person has them delivered again, each once, and the warehouse sees nothing of it', async () => {
    const lost = await restoreFinance();
    await shop.finance.start();
    expect((await shop.audit('finance')).map(({ sequence }) => sequence)).toEqual([1, 2]);
    const applied = await shop.received('warehouse', 'applied');

    const next = acknowledged.length + 1;
    expect(await redeliver([next, ...lost])).toEqual({
      redelivered: lost,
      refused: [{ sequence: next, reason: 'not-found' }],
    });
    const status = await shop.untilAllConfirmed();
    await expectBooksToAgree(shop, acknowledged);

    expect(status.log.markReason).toBe(`everything up to ${acknowledged.length} is confirmed everywhere`);
    expect(await shop.received('finance', 'applied')).toBe(lost.length);
    expect(await shop.received('finance', 'duplicate')).toBe(0);
    expect(await shop.received('warehouse', 'applied')).toBe(applied);
    expect(await shop.received('warehouse', 'duplicate')).toBe(0);
    expect(await shop.look('/deliveries/finance/3')).toMatchObject({
      ...{ state: 'confirmed', attempts: 2 },
      decisions: [{ what: 'redeliver', why: reason, before: 'confirmed after 1 attempt' }],
    });
    // What it has after all, it knows by its id.
    expect(await redeliver([1])).toEqual({ redelivered: [1], refused: [] });
    await expectBooksToAgree(shop, acknowledged);
    expect(await shop.received('finance', 'duplicate')).toBe(1);
  }, 90_000);

  it('arrive though the checkout is killed the moment it has answered, and finance is down', async () => {
    const lost = await restoreFinance();
    const mark = acknowledged.length;
    const first = acknowledged[2]!.purchase;
    expect(await redeliver(lost)).toEqual({ redelivered: lost, refused: [] });
    await shop.checkout.killAndRestart();

    // Nobody is told that all is well, and what else is sold goes on.
    await sell();
    const { log, destinations } = await shop.waitUntil(
      'the warehouse has what was sold since',
      () => shop.status(),
      (seen) => seen.destinations.warehouse?.pending === 0,
    );
    expect(log).toMatchObject({ lowWaterMark: mark, durableSequence: mark + 1 });
    expect(log.markReason).toMatch(
      new RegExp(
        `^held at ${mark}: (finance is being delivered 3 again, next|the circuit of finance is open .*, 3 is to be delivered again)`,
      ),
    );
    expect(destinations.finance).toMatchObject({ pending: lost.length + 1 });
    expect(await shop.purchase(first.id)).toMatchObject({
      status: 'accepted',
      deliveries: { warehouse: { state: 'confirmed' }, finance: { state: 'retrying' } },
    });
    expect(await redeliver([3])).toEqual({ redelivered: [], refused: [{ sequence: 3, reason: 'retrying' }] });

    await shop.finance.start();
    await shop.untilAllConfirmed({ deadlineMs: backDeadlineMs });
    await expectBooksToAgree(shop, acknowledged);
    expect(await shop.received('finance', 'applied')).toBe(lost.length + 1);
    expect(await shop.purchase(first.id)).toMatchObject({
      status: 'confirmed',
      deliveries: { finance: { state: 'confirmed' } },
    });
  }, 120_000);
});
