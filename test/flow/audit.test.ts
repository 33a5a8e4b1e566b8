import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { PurchaseView, ReceiverName } from '../../shared/shop-client/index.js';
import { Shop } from '../../shared/shop-processes/shop.js';
import { auditShopBy } from '../support/audit-tool.js';
import { tamper } from '../support/tamper.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

const purchases = 12;
const foreign = '01890000-0000-7000-8000-00000000f0e1';

/** The report as `--json` prints it, as far as it is looked at here. */
interface Report {
  readonly agrees: boolean;
  readonly warehouse: ReceiverPart;
  readonly finance: ReceiverPart;
}
interface ReceiverPart {
  readonly kinds: Readonly<Record<string, { readonly count: number; readonly first: readonly { id: string }[] }>>;
}

/** Takes purchases out of finance's ledger, and out of its count of what it has received. */
function withoutEntries(...sequences: readonly number[]): string[] {
  const list = sequences.join(', ');
  return [
    `DELETE FROM entry_lines WHERE entry IN (SELECT entry FROM entries WHERE sequence IN (${list}))`,
    `DELETE FROM entries WHERE sequence IN (${list})`,
    'UPDATE holding SET purchases = (SELECT count(*) FROM inbox), sequences = (SELECT count(DISTINCT sequence) FROM inbox)',
  ];
}

describe('the three-way audit of a shop', () => {
  const directory = temporaryDirectories();
  let shop: Shop;
  let sold: PurchaseView[];

  beforeEach(async () => {
    shop = await Shop.open();
    sold = [];
    for (let number = 0; number < purchases; number += 1) sold.push(await shop.buy());
    await shop.untilAllConfirmed();
  });
  afterEach(() => shop.close());

  const id = (number: number) => sold[number - 1]?.id ?? '';

  /** Changes the inbox of a receiver while it is down. */
  const change = async (receiver: ReceiverName, ...statements: readonly string[]) => {
    await shop[receiver].kill('SIGTERM');
    tamper(join(shop[receiver].dataDirectory, `${receiver}.sqlite`), (database) => {
      for (const statement of statements) database.exec(statement);
    });
    await shop[receiver].start();
  };

  /** Every kind but "matched" that is not empty, with its ids. */
  const foundIn = ({ kinds }: ReceiverPart) =>
    Object.fromEntries(
      Object.entries(kinds)
        .filter(([kind, { count }]) => kind !== 'matched' && count > 0)
        .map(([kind, { first }]) => [kind, first.map((each) => each.id)]),
    );

  it('says that the books agree when they do', async () => {
    const { exitCode, output, errors } = await auditShopBy(shop);
    expect(output).toContain(`The books agree: ${purchases} purchases, all where they belong, each once.`);
    expect([exitCode, errors]).toEqual([0, '']);
    for (const line of output.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('finds rows that were taken out, an amount that was changed and an entry that nobody bought, and nothing else', async () => {
    await change('finance', ...[3, 7].map((sequence) => `DELETE FROM inbox WHERE sequence = ${sequence}`));
    await change(
      'warehouse',
      'UPDATE inbox SET total = total + 1 WHERE sequence = 5',
      `INSERT INTO inbox SELECT '${foreign}', 9, fingerprint, total, currency, received_at FROM inbox WHERE sequence = 9`,
      `UPDATE inbox SET currency = 'JPY' WHERE sequence = 11`,
    );

    const { exitCode, output } = await auditShopBy(shop, '--json');
    const report = JSON.parse(output) as Report;
    expect([exitCode, report.agrees]).toEqual([1, false]);
    expect(foundIn(report.finance)).toEqual({ missing: [id(3), id(7)] });
    expect(foundIn(report.warehouse)).toEqual({ surplus: [foreign], amountDiffers: [id(5), id(11)] });

    const { output: text } = await auditShopBy(shop);
    expect(text).toContain('2 missing at finance:');
    expect(text).toContain(`  3 ${id(3)}`);
    expect(text).toContain(`  5 ${id(5)}: 2500 GBP, and there 2501 GBP`);
    expect(text).toContain(
      'THE BOOKS DO NOT AGREE: 1 surplus at warehouse, 2 of another amount at\nwarehouse, 2 missing at finance.',
    );
  });

  it('has the checkout deliver again what is missing, on record, and leaves the rest to a person', async () => {
    await change('finance', 'DELETE FROM inbox WHERE sequence IN (3, 7)', ...withoutEntries(3, 7));
    await change('warehouse', 'UPDATE inbox SET total = total + 1 WHERE sequence = 5');

    const first = await auditShopBy(shop, '--repair', '--json');
    const report = JSON.parse(first.output) as Report & { readonly repair: unknown };
    expect(report.repair).toEqual({ redelivered: { warehouse: 0, finance: 2 }, refused: {} });
    expect(foundIn(report.finance)).toEqual({});
    expect(foundIn(report.warehouse)).toEqual({ amountDiffers: [id(5)] });
    expect(first.exitCode).toBe(1);

    await change('warehouse', 'UPDATE inbox SET total = total - 1 WHERE sequence = 5');
    const second = await auditShopBy(shop, '--repair');
    expect(second.output).toContain('nothing was missing, so nothing was repaired');
    expect(second.exitCode).toBe(0);
    const { decisions } = await shop.look<{ decisions: readonly object[] }>('/decisions');
    expect(decisions).toMatchObject(
      [3, 7].map((sequence) => ({
        ...{ what: 'redeliver', destination: 'finance', sequence },
        ...{ why: 'audit: missing at finance', before: 'confirmed after 1 attempt' },
      })),
    );
  });

  it('takes what is on its way for no fault, and tells of it', async () => {
    await shop.finance.kill('SIGTERM');
    const late = await shop.buy();
    await shop.administer('/destinations/finance/pause');
    await shop.finance.start();
    const { exitCode, output } = await auditShopBy(shop);
    expect(exitCode).toBe(0);
    expect(output).toContain('The books agree as far as they go: 1 in flight to finance.');
    expect(output).toContain(late.id);
  });

  it('holds the checkout to what customers were told', async () => {
    const file = join(directory(), 'acknowledged.jsonl');
    const line = ({ sequence, total, currency }: PurchaseView, as: string) =>
      `${JSON.stringify({ sequence, id: as, total, currency })}\n`;
    const told = sold.map((purchase) => line(purchase, purchase.id)).join('');
    writeFileSync(file, told);
    expect((await auditShopBy(shop, '--acknowledged', file)).exitCode).toBe(0);

    const lost = { ...sold[0]!, sequence: purchases + 1 };
    writeFileSync(file, told + line(lost, foreign) + '{"sequence":3,"id":"01');
    const { exitCode, output, errors } = await auditShopBy(shop, '--acknowledged', file);
    expect(exitCode).toBe(1);
    expect(output).toContain(`  ${purchases + 1} ${foreign}: the log of the checkout does not reach so far`);
    expect(errors).toContain('torn');
  });

  it('ends with 2, and says why, where it could not audit', async () => {
    const wrongToken = await auditShopBy(shop, '--token', 'a-wrong-token');
    expect([wrongToken.exitCode, wrongToken.errors]).toEqual([2, expect.stringContaining('admin token')]);
    const noFile = await auditShopBy(shop, '--acknowledged', join(directory(), 'nothing'));
    expect([noFile.exitCode, noFile.errors]).toEqual([2, expect.stringContaining('nothing')]);
    const noShop = await auditShopBy(shop, '--checkout', shop.finance.url);
    expect([noShop.exitCode, noShop.errors]).toEqual([2, expect.stringContaining('404')]);
  });
});
