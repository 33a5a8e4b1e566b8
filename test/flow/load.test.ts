import { join } from 'node:path';

import { afterEach, describe, expect, it } from '@jest/globals';

import type { LoadReport } from '../../services/load/load-report.js';
import { anySeed } from '../../shared/customers/random.js';
import { receivers } from '../../shared/shop-client/service-names.js';
import { Shop, type ShopOptions } from '../../shared/shop-processes/shop.js';
import { compareRows } from '../soak/compare-rows.js';
import { LoadProcess } from '../support/load-process.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

const newDirectory = temporaryDirectories();

describe('npm run load', () => {
  let shop: Shop;
  let load: LoadProcess | undefined;

  const open = async (options?: ShopOptions) => {
    shop = await Shop.open(options);
  };
  const start = (args: string, environment?: Readonly<Record<string, string>>) => {
    const all = ['--url', shop.checkout.url, '--seed', String(anySeed()), ...args.split(' ')];
    load = new LoadProcess(join(newDirectory(), 'acknowledged.jsonl'), all, environment);
    return load;
  };

  afterEach(async () => {
    load?.signal('SIGKILL');
    await load?.ended;
    await shop.close();
  });

  it('survives the death of the checkout, twice: what customers were told is in the books, once, and nothing else is', async () => {
    await open();
    const running = start('--concurrency 16 --duration forever --retries 0.2 --json');
    for (let kill = 0; kill < 2; kill += 1) {
      await running.flow(200);
      await shop.checkout.killAndRestart();
      // Once all who waited have their answer: else it is one long outage to them.
      await running.said(new RegExp(`(^back after [^]*){${kill + 1}}`, 'm'));
    }
    await running.flow(200);
    running.signal('SIGINT');

    expect([await running.ended, running.errors]).toEqual([
      0,
      expect.stringMatching(/all \d+ that waited got an answer/),
    ]);
    const report = JSON.parse(running.output) as LoadReport;
    const told = running.acknowledged();
    expect(report).toMatchObject({ ended: 'interrupted', acknowledged: told.length, begun: told.length });
    expect(report.sentTwice.same).toBeGreaterThan(0);
    expect(Object.keys(report.triedAgain)).toContain('no answer: connection cut');
    expect(report.latencyMs.laterTry.count).toBeGreaterThan(0);
    await shop.untilAllConfirmed();
    for (const receiver of receivers) expect(compareRows(told, await shop.audit(receiver))).toEqual([]);
  }, 120_000);

  it('has told the file all that it counted when a second Ctrl-C ends it while the checkout is dead', async () => {
    await open();
    const running = start('--rate 200 --duration forever');
    await running.flow(100);
    await shop.checkout.kill('SIGKILL');
    await running.said(/^the checkout has been down for .*; \d+ purchases wait with their keys$/m);
    running.signal('SIGINT');
    running.signal('SIGTERM');
    expect([await running.ended, running.output]).toEqual([130, '']);

    const told = running.acknowledged();
    await shop.checkout.start();
    await shop.untilAllConfirmed();
    const idsTold = new Set(told.map(({ id }) => id));
    expect(idsTold.size).toBe(told.length);
    for (const receiver of receivers) {
      // Those that nobody was told of may be there as well.
      const held = (await shop.audit(receiver)).filter(({ id }) => idsTold.has(id));
      expect(compareRows(told, held)).toEqual([]);
    }
  }, 120_000);

  it('comes with an API key where one is wanted, and keeps to a limit of requests', async () => {
    const key = 'a-key-of-the-generator';
    await open({ checkout: { API_KEYS: `load=${key}`, RATE_LIMIT: '20/1' } });
    const stranger = start('--purchases 1');
    expect([await stranger.ended, stranger.errors]).toEqual([2, expect.stringMatching(/^load: .*API_KEY\n$/)]);

    const known = start('--purchases 40 --json', { API_KEY: key });
    expect([await known.ended, known.errors]).toEqual([0, '']);
    const report = JSON.parse(known.output) as LoadReport;
    expect(report).toMatchObject({ ended: 'purchases', acknowledged: 40, wrong: { count: 0 }, unknown: { count: 0 } });
    expect(Object.keys(report.triedAgain)).toEqual(['429 quota-exceeded']);
    expect(known.acknowledged()).toHaveLength(40);
  }, 60_000);
});
