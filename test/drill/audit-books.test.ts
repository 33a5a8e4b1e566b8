import { describe, expect, it } from '@jest/globals';

import type { ReceiverName } from '../../shared/shop-client/service-names.js';
import type { ShopClient } from '../../shared/shop-client/shop-client.js';
import { auditBooks } from './audit-books.js';
import { Checklist } from './checklist.js';
import { Receipts } from './receipts.js';

const sold = 2500;

/** Books that are right, but for what a test changes in them. */
function scriptedShop() {
  const receipts = new Receipts();
  for (let sequence = 1; sequence <= sold; sequence += 1) {
    const id = `00000000-0000-7000-8000-${String(sequence).padStart(12, '0')}`;
    const items = [{ sku: 'PEN-2', quantity: 1, unitPrice: sequence }];
    receipts.enter({
      order: { customerId: 'bob', currency: 'EUR', items },
      purchase: { id, sequence },
    });
  }
  const rows = Array.from({ length: sold }, (_, index) => receipts.at(index + 1)!);
  const state = {
    rows: { warehouse: rows, finance: rows },
    log: { durableSequence: sold, lowWaterMark: sold },
    destinations: { warehouse: { pending: 0, parked: 0 }, finance: { pending: 0, parked: 0 } },
    warehouse: receipts.warehouse,
    finance: receipts.finance,
  };
  const shop = {
    status: () => Promise.resolve(state),
    warehouseSummary: () => Promise.resolve(state.warehouse),
    financeSummary: () => Promise.resolve(state.finance),
    auditPage: (receiver: ReceiverName, after: number, limit: number) =>
      Promise.resolve(state.rows[receiver].filter(({ sequence }) => sequence > after).slice(0, limit)),
  };
  return { receipts, state, rows, shop: shop as unknown as ShopClient };
}

/** What did not hold. */
async function failing({ shop, receipts }: ReturnType<typeof scriptedShop>, after = 0): Promise<string[]> {
  const checklist = new Checklist();
  await auditBooks(shop, receipts, checklist, after);
  return checklist.checks.filter(({ faults }) => faults.length > 0).map(({ what }) => what);
}

describe('the audit of the books after some deaths', () => {
  it('finds nothing in books that are right, over several pages', async () => {
    expect(await failing(scriptedShop())).toEqual([]);
    expect(await failing(scriptedShop(), 1234)).toEqual([]);
  });

  it('finds a purchase that one receiver has lost', async () => {
    const scripted = scriptedShop();
    scripted.state.rows.finance = scripted.rows.toSpliced(2000, 1);
    expect(await failing(scripted)).toEqual(['finance holds each acknowledged purchase once, and no other']);
  });

  it('finds a log that holds more, or less, than customers were told', async () => {
    const scripted = scriptedShop();
    Object.assign(scripted.state.log, { durableSequence: sold + 1, lowWaterMark: sold + 1 });
    expect(await failing(scripted)).toEqual(['customers were told the numbers 1, 2, 3 … up to the end of the log']);
  });

  it('finds a mark that stands still, sums that differ and deliveries that are owed', async () => {
    const scripted = scriptedShop();
    scripted.state.log.lowWaterMark = sold - 1;
    scripted.state.destinations.finance.pending = 1;
    scripted.state.destinations.warehouse.parked = 1;
    scripted.state.warehouse = { purchases: sold, units: 1 };
    expect(await failing(scripted)).toEqual([
      'the low-water mark is at the end',
      'warehouse sums them up right',
      'nothing is owed to warehouse, or parked there',
      'nothing is owed to finance, or parked there',
    ]);
  });
});
