import { describe, expect, it } from '@jest/globals';

import { AcknowledgedPurchases } from '../../shared/audit/acknowledged-purchases.js';
import { auditShop } from '../../shared/audit/audit-shop.js';
import { CannotAuditError } from '../../shared/audit/errors.js';
import { NoAnswerError, NotReadyError, receivers, UnexpectedAnswerError } from '../../shared/shop-client/index.js';
import { handResolved, settled } from '../support/hand-resolved.js';
import { ManualClock } from '../support/manual-clock.js';
import { sampleId } from '../support/sample-purchase.js';
import { entry, ScriptedShop } from '../support/scripted-shop.js';

const none = { count: 0, first: [] };
const pageMax = 4;
const money = { GBP: 1055n };
const down = new NoAnswerError('refused');
const denied = new UnexpectedAnswerError(500, {});

describe('the audit of a shop', () => {
  it('says that books agree, with what they hold', async () => {
    const report = await auditShop(ScriptedShop.settled(10), { pageMax });
    const { warehouse, finance, ...rest } = report;
    expect(rest).toEqual({
      end: 10,
      checkout: { purchases: 10, money, gaps: none },
      acknowledged: undefined,
      agrees: true,
      settled: true,
    });
    for (const { entries, money: held, kinds } of [warehouse, finance]) {
      expect([entries, held, kinds.matched.count]).toEqual([10, money, 10]);
    }
  });

  it('says so of a shop that has sold nothing', async () => {
    expect(await auditShop(new ScriptedShop())).toMatchObject({ end: 0, agrees: true, settled: true });
  });

  it('finds the numbers that the checkout cannot tell of, wherever they lie', async () => {
    const shop = ScriptedShop.settled(12);
    const lost = [1, 5, 6, 7, 8, 9, 12];
    shop.purchases.splice(0, Infinity, ...shop.purchases.filter(({ sequence }) => !lost.includes(sequence)));
    shop.warehouse.rows = shop.warehouse.rows.filter(({ sequence }) => !lost.includes(sequence));
    shop.finance.rows = shop.warehouse.rows;
    const clock = new ManualClock();
    const audit = auditShop(shop, { pageMax, firstMax: 10, clock });
    await clock.advance(10_000);
    const report = await audit;
    expect(report.checkout.gaps.first.map(({ sequence }) => sequence)).toEqual(lost);
    expect(report.checkout.gaps.count).toBe(lost.length);
    expect(report.agrees).toBe(false);
  });

  it.each([
    [
      'missing',
      (shop: ScriptedShop) => {
        shop.finance.drop(3);
      },
    ],
    [
      'surplus',
      (shop: ScriptedShop) => {
        shop.finance.hold(entry(3, { id: sampleId(99) }));
      },
    ],
    [
      'duplicated',
      (shop: ScriptedShop) => {
        shop.finance.hold(entry(3));
      },
    ],
    [
      'amountDiffers',
      (shop: ScriptedShop) => {
        shop.finance.drop(3);
        shop.finance.hold(entry(3, { total: 1 }));
      },
    ],
  ] as const)('does not agree when something is %s', async (kind, change) => {
    const shop = ScriptedShop.settled(5);
    change(shop);
    const report = await auditShop(shop, { pageMax });
    expect(report.agrees).toBe(false);
    expect(report.finance.kinds[kind]).toMatchObject({ count: 1, first: [{ sequence: 3 }] });
    expect(report.warehouse.kinds[kind]).toEqual(none);
  });

  it('does not agree when a customer was told what the checkout does not have', async () => {
    const acknowledged = new AcknowledgedPurchases();
    for (const sequence of [1, 5, 6]) acknowledged.add(entry(sequence));
    const report = await auditShop(ScriptedShop.settled(5), { pageMax, acknowledged });
    expect(report.acknowledged).toMatchObject({ told: 3, lost: { count: 1, first: [{ sequence: 6 }] } });
    expect(report.agrees).toBe(false);
  });

  it('ends although purchases never stop to come, and judges what was there when it began', async () => {
    const shop = ScriptedShop.settled(10);
    shop.before = () => {
      // Not for ever: one that runs after them is to fail here, and not to hang.
      if (shop.durableSequence > 2000) return;
      shop.accept(1);
      for (const receiver of receivers) shop.deliver(receiver, shop.durableSequence);
    };
    const report = await auditShop(shop, { pageMax });
    expect(report).toMatchObject({ end: 11, agrees: true, settled: true });
    expect(shop.durableSequence).toBeLessThan(200);
  });

  it('waits for each service that is down for a while', async () => {
    const shop = ScriptedShop.settled(10);
    const clock = new ManualClock();
    const failed = new Set<string>();
    shop.before = ({ method, receiver, after }) => {
      const asked = `${method} ${receiver} ${after}`;
      if (failed.has(asked)) return;
      failed.add(asked);
      throw failed.size % 2 === 0 ? down : new NotReadyError('starting');
    };
    const audit = auditShop(shop, { pageMax, clock });
    await clock.advance(15_000);
    expect(await audit).toMatchObject({ agrees: true, settled: true });
    expect(failed.size).toBeGreaterThan(10);
  });

  it('gives up a service that stays away', async () => {
    const shop = ScriptedShop.settled(10);
    const clock = new ManualClock();
    shop.before = ({ receiver }) => {
      if (receiver === 'finance') throw down;
    };
    let failure: unknown;
    void auditShop(shop, { pageMax, clock }).catch((error: unknown) => {
      failure = error;
    });
    await clock.advanceUntil(() => failure !== undefined, 20_000);
    expect(failure).toBeInstanceOf(CannotAuditError);
  });

  it('asks nobody any more once it has thrown: not the other receiver, which is down, either', async () => {
    const shop = ScriptedShop.settled(10);
    const clock = new ManualClock();
    shop.before = ({ receiver }) => {
      if (receiver === 'finance') throw denied;
      if (receiver === 'warehouse') throw down;
    };
    await expect(auditShop(shop, { pageMax, clock })).rejects.toBe(denied);
    const asked = shop.asked.length;
    await clock.advance(60_000);
    expect(shop.asked.length).toBe(asked);
    expect(clock.pending).toBe(0);
  });

  it('throws what failed while it was read ahead, once and not behind its back', async () => {
    const shop = ScriptedShop.settled(30);
    shop.before = ({ after }) => {
      if (after === 8) throw denied;
    };
    await expect(auditShop(shop, { pageMax })).rejects.toBe(denied);
    await settled();
  });

  it('ends at once when it is aborted, whatever it waits for', async () => {
    for (const method of ['status', 'purchasesPage', 'auditPage', 'deliveriesPage'] as const) {
      const shop = ScriptedShop.settled(10);
      shop.warehouse.drop(3);
      const [abort, reason, hanging, reached] = [
        new AbortController(),
        new Error('enough'),
        handResolved(),
        handResolved(),
      ];
      shop.before = (asked) => {
        if (asked.method !== method) return;
        reached.resolve();
        return hanging.promise;
      };
      const audit = auditShop(shop, { pageMax, signal: abort.signal });
      void Promise.allSettled([audit]);
      await reached.promise;
      abort.abort(reason);
      await expect(audit).rejects.toBe(reason);
      hanging.resolve();
      await settled();
    }
  });

  it('cannot audit a shop whose checkout never heard of a receiver', async () => {
    const shop = ScriptedShop.settled(1);
    const status = await shop.status();
    shop.status = () => Promise.resolve({ ...status, destinations: {} });
    await expect(auditShop(shop)).rejects.toThrow('no destination called warehouse');
  });

  it('cannot audit a receiver that pays no heed to what it is asked', async () => {
    const shop = ScriptedShop.settled(10);
    const audit = shop.auditPage.bind(shop);
    shop.auditPage = (receiver, _after, limit) => audit(receiver, 0, limit);
    await expect(auditShop(shop, { pageMax })).rejects.toThrow(CannotAuditError);
  });

  it('decides nothing about a checkout that loses its database meanwhile', async () => {
    const shop = ScriptedShop.settled(10);
    shop.before = ({ method, after }) => {
      if (method !== 'purchasesPage' || after !== 4) return;
      shop.purchases.splice(0, 8);
      shop.unknownBefore = 8;
    };
    const clock = new ManualClock();
    const audit = auditShop(shop, { pageMax, clock });
    await expect(audit).rejects.toThrow('up to 8');
  });
});
