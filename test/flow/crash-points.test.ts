/*
 * Every crash point with real processes: customers buy, a service dies there of SIGKILL, is started again, and sells on. One
 * shop goes through all of them, so its books hold what every crash before has left as well.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type ServiceName, receivers } from '../../shared/shop-client/service-names.js';
import { checkoutPoints, receiverPoints } from '../../shared/crash-points/points.js';
import { expectBooksToAgree } from '../support/books.js';
import { dieAt } from '../support/crash-lives.js';
import { sellThroughCrash, type RoundResult } from '../support/crash-round.js';
import { formatTable } from '../support/print-table.js';
import type { Acknowledged } from '../../shared/customers/purchase-stream.js';
import { anySeed, createRandom } from '../../shared/customers/random.js';
import { Shop } from '../../shared/shop-processes/shop.js';

const window = 16;
/** A receiver that was away is tried again soon, and no more than the window is in flight. */
const destinationOptions = `;window=${window};delay=20;delay-max=100;circuit-delay=20;circuit-delay-max=100`;

/** One life after the other dies at these; the next one lives. */
const checkoutLives = [
  'before-write:5',
  'mid-write:5',
  'after-write:5',
  'before-sync:5',
  'after-sync:5',
  'before-answer:5',
  'on-roll:3',
  'after-roll:3',
  'before-project:3',
  'after-project:3',
  'before-send:7',
  'after-send:7',
  'before-settle:7',
  'after-settle:7',
  'before-unlink:2',
  'after-unlink:2',
  'mid-write:3, before-cut',
  'mid-write:3, after-cut',
  'before-ready',
];
const receiverLives = ['before-commit:5', 'after-commit:5'];

const rounds: readonly (readonly [service: ServiceName, lives: string])[] = [
  ...checkoutLives.map((lives) => ['checkout', lives] as const),
  ...receiverLives.flatMap((lives) => [['warehouse', lives] as const, ['finance', lives] as const]),
];

describe('a shop that is killed at every point there is', () => {
  const random = createRandom(anySeed());
  const acknowledged: Acknowledged[] = [];
  const rows: string[][] = [];
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open({
      checkout: { DEMO: '1', SEGMENT_BYTES: '2048' },
      receivers: { DEMO: '1' },
      destinationOptions,
    });
  });
  afterAll(async () => {
    const header = ['killed at', 'acknowledged', 'warehouse', 'finance', 'repeated at warehouse', 'at finance', 'lost'];
    process.stdout.write(`\n${formatTable(header, rows)}\n`);
    await shop.close();
  });

  const addRow = (name: string, { held, repeated, lost, ...round }: RoundResult) => {
    const figures = [round.acknowledged.length, held.warehouse, held.finance];
    rows.push([name, ...[...figures, repeated.warehouse, repeated.finance, lost].map(String)]);
  };

  it.each(rounds)(
    `%s at %s: every acknowledged purchase is in the books once (seed ${random.seed})`,
    async (service, lives) => {
      const round = await sellThroughCrash(shop, random, async () => {
        await shop[service].kill('SIGTERM');
        for (const crashAt of lives.split(', ')) await dieAt(shop[service], crashAt);
        await shop[service].start();
      });
      addRow(`${service} ${lives}`, round);
      acknowledged.push(...round.acknowledged);

      expect(round.lost).toBe(0);
      expect(round.repeated.warehouse).toBeLessThanOrEqual(window);
      expect(round.repeated.finance).toBeLessThanOrEqual(window);
      for (const receiver of receivers) expect(await shop.audit(receiver)).toHaveLength(acknowledged.length);
    },
  );

  it('has the same purchases in all books, for the same sums, after all of it', async () => {
    await expectBooksToAgree(shop, acknowledged);
  });

  it('gives each key the answer that its customer had, whatever happened on the way: a late retry would buy twice', async () => {
    const { log } = await shop.status();
    for (const { key, order, purchase } of acknowledged) {
      const replay = await shop.post(order, key);
      expect(replay).toMatchObject({ status: 201, headers: { 'idempotency-replayed': 'true' } });
      expect(replay.body).toEqual(purchase);
    }
    expect((await shop.status()).log.durableSequence).toBe(log.durableSequence);
    expect(log.durableSequence).toBe(acknowledged.length);
  });

  it('has been through all of them', () => {
    const died = new Set(rounds.flatMap(([, lives]) => lives.split(', ')).map((life) => life.split(':')[0]));
    expect([...died].toSorted()).toEqual([...checkoutPoints, ...receiverPoints].toSorted());
  });
});
