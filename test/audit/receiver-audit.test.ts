import { describe, expect, it } from '@jest/globals';

import { auditShop } from '../../shared/audit/audit-shop.js';
import type { EntryKind, ReceiverReport } from '../../shared/audit/types.js';
import type { DeliveryState } from '../../shared/shop-client/index.js';
import { ManualClock } from '../support/manual-clock.js';
import { sampleId } from '../support/sample-purchase.js';
import { entry, ScriptedShop, type Asked } from '../support/scripted-shop.js';

const options = { clock: new ManualClock(), firstMax: 100, pageMax: 4 };
const foreign = (sequence: number) => entry(sequence, { id: sampleId(900 + sequence) });

/** Kinds that are not empty, with the sequences that are of it; "matched" is left out. */
function kindsOf({ kinds }: ReceiverReport): Partial<Record<EntryKind, number[]>> {
  return Object.fromEntries(
    Object.entries(kinds)
      .filter(([kind, { count }]) => kind !== 'matched' && count > 0)
      .map(([kind, { first }]) => [kind, first.map(({ sequence }) => sequence)]),
  );
}

async function warehouseOf(shop: ScriptedShop): Promise<Partial<Record<EntryKind, number[]>>> {
  return kindsOf((await auditShop(shop, options)).warehouse);
}

/** Three purchases, the second of which the warehouse does not hold. */
function withoutSecond(state?: DeliveryState): ScriptedShop {
  const shop = ScriptedShop.settled(3);
  shop.warehouse.drop(2);
  if (state === undefined) shop.warehouse.outcomes.delete(2);
  else shop.warehouse.outcomes.set(2, state);
  return shop;
}

/** Has it happen once, right before the first answer that is the one. */
function once(shop: ScriptedShop, isTheOne: (asked: Asked) => boolean, happen: () => void): void {
  let happened = false;
  shop.before = (asked) => {
    if (happened || !isTheOne(asked)) return;
    happened = true;
    happen();
  };
}

describe('the audit of a receiver', () => {
  it.each<[EntryKind, DeliveryState]>([
    ['inFlight', 'pending'],
    ['inFlight', 'retrying'],
    ['parked', 'parked'],
    ['discarded', 'discarded'],
    ['missing', 'confirmed'],
  ])('takes what is absent for %s when its delivery is %s', async (kind, state) => {
    expect(await warehouseOf(withoutSecond(state === 'pending' ? undefined : state))).toEqual({ [kind]: [2] });
  });

  it.each<DeliveryState>(['retrying', 'parked', 'discarded'])(
    'takes what is there for right although its delivery is %s: the answer to it was lost',
    async (state) => {
      const shop = ScriptedShop.settled(3);
      shop.warehouse.outcomes.set(2, state);
      expect(await warehouseOf(shop)).toEqual({});
    },
  );

  it('takes for no fault what arrives and is confirmed after its page was read', async () => {
    const shop = withoutSecond();
    once(
      shop,
      ({ method }) => method === 'deliveriesPage',
      () => {
        shop.deliver('warehouse', 2);
      },
    );
    expect(await warehouseOf(shop)).toEqual({});
  });

  it('takes for no fault what arrives and is confirmed between the question for its delivery and the second look', async () => {
    const shop = withoutSecond();
    let asked = false;
    shop.before = ({ method, receiver }) => {
      if (method === 'deliveriesPage') asked = true;
      else if (asked && method === 'auditPage' && receiver === 'warehouse') {
        asked = false;
        shop.deliver('warehouse', 2);
      }
    };
    expect(await warehouseOf(shop)).toEqual({});
  });

  it('tells of another sum in what arrives meanwhile', async () => {
    const shop = withoutSecond();
    once(
      shop,
      ({ method }) => method === 'deliveriesPage',
      () => {
        shop.warehouse.hold(entry(2, { total: 1 }));
        shop.warehouse.confirm(2);
      },
    );
    expect(await warehouseOf(shop)).toEqual({ amountDiffers: [2] });
  });

  it('takes what is delivered again on purpose for in flight until it is there', async () => {
    const shop = withoutSecond('confirmed');
    expect(await warehouseOf(shop)).toEqual({ missing: [2] });
    shop.warehouse.outcomes.set(2, 'retrying');
    expect(await warehouseOf(shop)).toEqual({ inFlight: [2] });
    shop.deliver('warehouse', 2);
    expect(await warehouseOf(shop)).toEqual({});
  });

  it('does not count what it read twice twice', async () => {
    const shop = ScriptedShop.settled(7);
    shop.warehouse.drop(2);
    shop.warehouse.drop(4);
    shop.warehouse.hold(foreign(1), foreign(3), foreign(4));
    const { warehouse } = await auditShop(shop, options);
    expect(kindsOf(warehouse)).toEqual({ missing: [2, 4], surplus: [1, 3, 4] });
    expect(warehouse.entries).toBe(8);
    expect(warehouse.money).toEqual({ GBP: BigInt(101 + 101 + 103 + 103 + 104 + 105 + 106 + 107) });
  });

  it('reads on where a page of the second look ends before what it looks for', async () => {
    const shop = ScriptedShop.settled(4);
    for (const sequence of [1, 4]) shop.warehouse.drop(sequence);
    for (let number = 0; number < 9; number += 1) shop.warehouse.hold(entry(2, { id: sampleId(500 + number) }));
    expect(await warehouseOf(shop)).toEqual({ missing: [1, 4], surplus: Array.from({ length: 9 }, () => 2) });
  });

  it('takes what came before the destination for not owed, and holds it against nobody when it is there', async () => {
    const shop = ScriptedShop.settled(9);
    shop.warehouse.startAfter = 5;
    for (const sequence of [1, 2, 3, 5]) {
      shop.warehouse.drop(sequence);
      shop.warehouse.outcomes.delete(sequence);
    }
    expect(await warehouseOf(shop)).toEqual({ notOwed: [1, 2, 3, 5] });
  });

  it('takes what a removed destination never got for not owed', async () => {
    const shop = withoutSecond();
    shop.warehouse.drop(3);
    shop.warehouse.removed = true;
    expect(await warehouseOf(shop)).toEqual({ notOwed: [2], missing: [3] });
  });

  it('takes what was accepted a moment ago, and is among no deliveries yet, for in flight', async () => {
    const shop = ScriptedShop.settled(3);
    shop.accept(2);
    shop.notProjected = new Set([4, 5]);
    const report = await auditShop(shop, options);
    expect(kindsOf(report.warehouse)).toEqual({ inFlight: [4, 5] });
    expect([report.agrees, report.settled]).toEqual([true, false]);
  });

  it('takes for surplus what bears a number that is not given out, and leaves out what is newer than the audit', async () => {
    const shop = ScriptedShop.settled(6);
    shop.warehouse.hold(foreign(9), foreign(10), foreign(1_000_000));
    once(
      shop,
      ({ method }) => method === 'purchasesPage',
      () => {
        shop.accept(3);
        shop.deliver('warehouse', 7, 8);
      },
    );
    const report = await auditShop(shop, options);
    expect(report.end).toBe(6);
    // 9 was given out meanwhile: what is wrong about it is for the next audit.
    expect(kindsOf(report.warehouse)).toEqual({ surplus: [10, 1_000_000] });
    expect(report.warehouse.entries).toBe(8);
    expect(await warehouseOf(shop)).toEqual({ surplus: [9, 10, 1_000_000], inFlight: [9] });
  });

  it('takes what the checkout has lost with its database for unknown, and for nothing worse', async () => {
    const shop = ScriptedShop.settled(20);
    shop.purchases.splice(0, 13);
    shop.unknownBefore = 13;
    const report = await auditShop(shop, options);
    expect(kindsOf(report.warehouse)).toEqual({ unknown: Array.from({ length: 13 }, (_, index) => index + 1) });
    expect(report.checkout.gaps.count).toBe(0);
    expect(report.agrees).toBe(true);
  });

  it('tells of what is missing block by block, and goes on when it was heard', async () => {
    const shop = ScriptedShop.settled(12);
    for (const sequence of [2, 3, 9]) shop.warehouse.drop(sequence);
    shop.finance.drop(7);
    const told: string[] = [];
    const done: number[] = [];
    await auditShop(shop, {
      ...options,
      onMissing: async (receiver, sequences) => {
        await new Promise((resolve) => setImmediate(resolve));
        told.push(`${receiver} ${sequences.join(' ')} after ${done.at(-1) ?? 0}`);
      },
      onProgress: (last) => {
        done.push(last);
      },
    });
    expect(told).toEqual(['warehouse 2 3 after 0', 'finance 7 after 4', 'warehouse 9 after 8']);
  });
});
