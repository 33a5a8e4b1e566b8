import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';

import { composeFinance } from '../../services/finance/compose.js';
import { describeFinance } from '../../services/finance/describe-finance.js';
import type { ReceiverService } from '../../shared/receiver-service/index.js';
import { DirectoryLockedError } from '../../shared/sqlite/index.js';
import { deliver } from '../support/deliver.js';
import { documentedApp, type DocumentedApp } from '../support/documented-app.js';
import { sampleEvent, sampleId } from '../support/sample-event.js';
import { serviceConfig, silentLog } from '../support/service-config.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

const described = describeFinance({ demo: false });

describe('finance', () => {
  const directory = temporaryDirectories();
  let path: string;
  let finance: ReceiverService;
  let documented: DocumentedApp;

  const open = () => composeFinance(serviceConfig(path), silentLog);
  const get = async (address: string) => (await request(documented.app).get(address).expect(200)).body as unknown;

  beforeEach(() => {
    path = directory();
    finance = open();
    documented = documentedApp(finance.app, described);
  });
  afterEach(() => {
    finance.close();
    documented.verify();
  });

  it('books a purchase on both sides, or the money owed for it would be forgotten', async () => {
    await deliver(documented.app, sampleEvent(1)).expect(200);
    expect(await get(`/entries/${sampleId(1)}`)).toEqual({
      purchaseId: sampleId(1),
      sequence: 1,
      currency: 'GBP',
      lines: [
        { account: 'accounts-receivable', debit: 2500, credit: 0 },
        { account: 'sales', debit: 0, credit: 2500 },
      ],
    });
  });

  it('adds up each currency by itself, and a free purchase counts', async () => {
    const free = [{ sku: 'GIFT-1', quantity: 1, unitPrice: 0 }];
    await deliver(documented.app, [
      sampleEvent(1),
      sampleEvent(2),
      sampleEvent(3, { currency: 'JPY' }),
      sampleEvent(4, { items: free, currency: 'EUR' }),
    ]).expect(200);
    expect(await get('/summary')).toEqual({
      purchases: 4,
      totals: { EUR: 0, GBP: 5000, JPY: 2500 },
      balanced: true,
    });
  });

  it('is balanced while its books are empty', async () => {
    expect(await get('/summary')).toEqual({ purchases: 0, totals: {}, balanced: true });
  });

  it('books once however often a purchase is delivered, or a customer would be charged for each retry', async () => {
    for (let time = 0; time < 3; time += 1) await deliver(documented.app, sampleEvent(1)).expect(200);
    expect(await get('/summary')).toEqual({ purchases: 1, totals: { GBP: 2500 }, balanced: true });
  });

  it('finds its books again after a restart', async () => {
    await deliver(documented.app, sampleEvent(1)).expect(200);
    finance.close();
    documented.verify();
    finance = open();
    documented = documentedApp(finance.app, described);
    await deliver(documented.app, sampleEvent(1)).expect(200);
    expect(await get('/summary')).toEqual({ purchases: 1, totals: { GBP: 2500 }, balanced: true });
  });

  it('answers 404 for a purchase it has not received', async () => {
    await request(documented.app)
      .get(`/entries/${sampleId(1)}`)
      .expect(404);
  });

  it('is alive, ready and measured, or nobody would hear when it is not', async () => {
    expect(await get('/healthz')).toEqual({ status: 'alive' });
    expect(await get('/readyz')).toEqual({ status: 'ready' });
    const metrics = await request(documented.app).get('/metrics').expect(200);
    expect(metrics.text).toContain('receiver_events_total{result="applied"} 0');
  });

  it.each(['/summary', `/entries/${sampleId(1)}`])('answers 405 for POST %s', async (address) => {
    const answer = await request(documented.app).post(address).expect(405);
    expect(answer.headers.allow).toBe('GET, HEAD');
  });

  it('refuses a second process on its data and names the folder, or two would write one ledger', () => {
    expect(open).toThrow(DirectoryLockedError);
    expect(open).toThrow(path);
  });
});
