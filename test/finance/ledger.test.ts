import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Database from 'better-sqlite3';

import { ledgerMigration, LedgerStore, UnbalancedPostingError } from '../../services/finance/ledger-store.js';
import { purchasePosting } from '../../services/finance/purchase-posting.js';
import { TrialBalance } from '../../services/finance/trial-balance.js';
import type { Posting } from '../../services/finance/types.js';
import { limits } from '../../shared/purchase/index.js';
import { inboxMigration } from '../../shared/receiver/index.js';
import { openDatabase } from '../../shared/sqlite/index.js';
import { sampleEvent, sampleId } from '../support/sample-event.js';
import { seededRandom } from '../../shared/customers/seeded-random.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

describe('the ledger', () => {
  const directory = temporaryDirectories();
  let database: Database.Database;
  let ledger: LedgerStore;

  beforeEach(() => {
    database = openDatabase(join(directory(), 'finance.sqlite'), [inboxMigration, ledgerMigration]);
    database.pragma('synchronous = OFF');
    ledger = new LedgerStore(database);
  });
  afterEach(() => {
    database.close();
  });

  const post = (posting: Posting) => {
    database.transaction(() => {
      const { purchaseId, sequence } = posting;
      database.prepare("INSERT INTO inbox VALUES (?, ?, x'00', 0, 'GBP', 0)").run(purchaseId, sequence);
      ledger.post(posting);
    })();
  };

  it('balances after every posting of any run of purchases, and gives the totals of a second count', async () => {
    const seed = 7_041_776;
    const random = seededRandom(seed);
    const currencies = ['EUR', 'GBP', 'JPY'];
    const totals: Record<string, number> = {};
    const balance = new TrialBalance(ledger, { runEntriesMax: 3 });
    for (let n = 1; n <= 200; n += 1) {
      const currency = currencies[Math.floor(random() * currencies.length)]!;
      const unitPrice = Math.floor(random() * 1_000_000);
      post(purchasePosting(sampleEvent(n, { currency, items: [{ sku: 'A-1', quantity: 1, unitPrice }] })));
      totals[currency] = (totals[currency] ?? 0) + unitPrice;
      if (random() < 0.5) continue;
      expect({ seed, ...(await balance.summary()) }).toEqual({ seed, purchases: n, totals, balanced: true });
    }
    expect(await new TrialBalance(ledger).summary()).toEqual({ purchases: 200, totals, balanced: true });
  });

  it('refuses a posting that is out of balance and keeps nothing of it, or money would come from nowhere', () => {
    const posting: Posting = {
      ...purchasePosting(sampleEvent(1)),
      lines: [
        { account: 'accounts-receivable', debit: 100, credit: 0 },
        { account: 'sales', debit: 0, credit: 99 },
      ],
    };
    expect(() => {
      post(posting);
    }).toThrow(UnbalancedPostingError);
    expect(ledger.findPosting(sampleId(1))).toBeUndefined();
  });

  it('notices books that are out of balance, or a damaged ledger would be called sound', async () => {
    post(purchasePosting(sampleEvent(1)));
    database.exec("INSERT INTO entry_lines VALUES (1, 9, 'sales', 0, 1)");
    expect(await new TrialBalance(ledger).summary()).toMatchObject({ balanced: false });
  });

  it('does not let one currency make up for another', async () => {
    post(purchasePosting(sampleEvent(1)));
    post(purchasePosting(sampleEvent(2, { currency: 'EUR' })));
    database.exec("INSERT INTO entry_lines VALUES (1, 9, 'sales', 0, 1), (2, 9, 'accounts-receivable', 1, 0)");
    expect(await new TrialBalance(ledger).summary()).toMatchObject({ balanced: false });
  });

  it('counts each posting once when summaries are asked for at the same time', async () => {
    for (let n = 1; n <= 20; n += 1) post(purchasePosting(sampleEvent(n)));
    const balance = new TrialBalance(ledger, { runEntriesMax: 4 });
    const summaries = await Promise.all([balance.summary(), balance.summary(), balance.summary()]);
    for (const summary of summaries) expect(summary).toMatchObject({ purchases: 20, totals: { GBP: 50_000 } });
  });

  it('adds up the largest purchases exactly', async () => {
    const items = [{ sku: 'A-1', quantity: 1, unitPrice: limits.totalMax }];
    for (let n = 1; n <= 9; n += 1) post(purchasePosting(sampleEvent(n, { items })));
    expect(await new TrialBalance(ledger).summary()).toMatchObject({
      totals: { GBP: 9 * limits.totalMax },
      balanced: true,
    });
  });

  it.each([
    'DELETE FROM entry_lines',
    'UPDATE entry_lines SET debit = 0',
    'DELETE FROM entries',
    'UPDATE entries SET sequence = 9',
  ])('refuses %s, or what was booked could be unbooked', (sql) => {
    post(purchasePosting(sampleEvent(1)));
    expect(() => database.exec(sql)).toThrow(/only grows/);
  });
});
