import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { openPickyDestination, type PickyDestination } from '../support/picky-destination.js';
import { Shop } from '../../shared/shop-processes/shop.js';

const everything = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('a destination that comes later, or goes', () => {
  let crm: PickyDestination;
  let shop: Shop;
  let both: string;
  beforeEach(async () => {
    crm = await openPickyDestination('nobody');
    shop = await Shop.open({ checkout: { LOG_LEVEL: 'info' } });
    both = `warehouse=${shop.warehouse.url}/events,finance=${shop.finance.url}/events`;
  });
  afterEach(async () => {
    await shop.close();
    await crm.close();
  });

  const sell = async (count: number) => {
    const ids: string[] = [];
    for (let number = 0; number < count; number += 1) ids.push((await shop.buy()).id);
    return ids;
  };
  const restartWith = async (destinations: string) => {
    await shop.checkout.kill('SIGKILL');
    await shop.checkout.start({ DESTINATIONS: destinations });
  };
  const untilServed = (name: string) =>
    shop.waitUntil(
      `${name} has everything`,
      () => shop.status(),
      ({ destinations }) => destinations[name]?.pending === 0,
    );

  it('gets with from=1 all that was ever sold, though the log has long let go of it, and each once over restarts', async () => {
    const before = await sell(30);
    await shop.untilAllConfirmed();
    const configured = `${both},crm=${crm.url};from=1;backfill-rate=40`;
    await restartWith(configured);
    expect(shop.checkout.output).toContain('destination crm is new: it is sent every purchase');
    const { destinations, log } = await shop.status();
    expect(destinations.crm).toMatchObject({ state: 'served', catchingUp: true, ratePerSecond: 40 });
    expect(log.lowWaterMark).toBe(30);

    const meanwhile = await sell(5);
    await shop.waitUntil(
      'the others have all of it, while it catches up',
      () => shop.audit('warehouse'),
      (held) => held.length === 35,
    );
    await shop.waitUntil(
      'it has begun',
      () => Promise.resolve(crm.taken.length),
      (taken) => taken >= 5,
    );
    await restartWith(configured);
    await untilServed('crm');
    await shop.untilAllConfirmed();
    expect([...new Set(crm.taken)].sort()).toEqual([...before, ...meanwhile].sort());
    const caughtUp = await shop.waitUntil(
      'crm has caught up',
      () => shop.status(),
      (status) => status.destinations.crm?.catchingUp === false,
    );
    expect(caughtUp.destinations.crm).toMatchObject({ ratePerSecond: null });

    const taken = crm.taken.length;
    await restartWith(configured);
    await sell(1);
    await untilServed('crm');
    expect(crm.taken).toHaveLength(taken + 1);
  });

  it('begins at the end of the log when nothing is said, and the log says from where on', async () => {
    await sell(3);
    await restartWith(`${both},crm=${crm.url}`);
    expect(shop.checkout.output).toContain('destination crm is new: it is sent purchases from 4 on');
    const after = await sell(2);
    await shop.untilAllConfirmed();
    expect(crm.taken).toEqual(after);
  });

  it('is still owed everything when its name is misspelt: the mark waits, and people are told', async () => {
    await sell(2);
    await shop.untilAllConfirmed();
    await restartWith(both.replace('finance=', 'finanse='));
    expect(shop.checkout.output).toContain('destination finance is on record and not in DESTINATIONS');
    const sold = await shop.buy();
    expect(Object.keys(sold.deliveries)).toEqual(['warehouse', 'finance', 'finanse']);
    const { log, destinations } = await untilServed('finanse');
    expect(log.lowWaterMark).toBe(2);
    expect(destinations.finance).toMatchObject({ state: 'missing', pending: 1 });
    expect(await shop.look('/deliveries/finance/3')).toMatchObject({ state: 'pending', purchase: { id: sold.id } });
    expect(await shop.administer('/destinations/finance/pause')).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining('finance is on record but missing in DESTINATIONS') },
    });

    await restartWith(`${both},finanse=removed`);
    await shop.untilAllConfirmed();
    expect((await shop.audit('finance')).map(({ sequence }) => sequence)).toEqual(everything(3));
  });

  it('holds nothing once it is removed by a word, stays on record, and goes on where it stood when it is back', async () => {
    await shop.finance.kill('SIGKILL');
    await sell(4);
    expect((await untilServed('warehouse')).log.lowWaterMark).toBe(0);
    await restartWith(`${both.split(',')[0]!},finance=removed`);
    const away = await shop.untilAllConfirmed();
    expect(away.log.lowWaterMark).toBe(4);
    expect(away.destinations.finance).toMatchObject({ state: 'removed', pending: 0, cursor: expect.any(Number) });
    expect(Object.keys((await shop.buy()).deliveries)).toEqual(['warehouse']);

    await shop.finance.start();
    await restartWith(both);
    expect(shop.checkout.output).toMatch(/destination finance is back: it is sent purchases from \d on/);
    await shop.untilAllConfirmed();
    expect((await shop.audit('finance')).map(({ sequence }) => sequence)).toEqual(everything(5));
  });

  it('drains at the rate that resume was given, also over a kill, and the others do not notice', async () => {
    await shop.administer('/destinations/finance/pause');
    await sell(60);
    await untilServed('warehouse');
    await shop.administer('/destinations/finance/resume', { rate: 20 });
    expect((await shop.status()).destinations.finance).toMatchObject({ ratePerSecond: 20, catchingUp: true });
    await shop.checkout.killAndRestart();
    const { destinations } = await shop.status();
    expect(destinations.finance).toMatchObject({ paused: false, ratePerSecond: 20, catchingUp: true });
    expect(destinations.finance?.pending).toBeGreaterThan(0);
    await shop.untilAllConfirmed();
    expect(await shop.financeSummary()).toMatchObject({ purchases: 60 });
    expect((await shop.status()).destinations.finance).toMatchObject({ ratePerSecond: null, catchingUp: false });
  });
});
