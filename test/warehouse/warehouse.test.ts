import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';

import { composeWarehouse } from '../../services/warehouse/compose.js';
import { describeWarehouse } from '../../services/warehouse/describe-warehouse.js';
import type { ReceiverService } from '../../shared/receiver-service/index.js';
import { DirectoryLockedError } from '../../shared/sqlite/index.js';
import { deliver } from '../support/deliver.js';
import { documentedApp, type DocumentedApp } from '../support/documented-app.js';
import { sampleEvent, sampleId } from '../support/sample-event.js';
import { serviceConfig, silentLog } from '../support/service-config.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

const described = describeWarehouse({ demo: false });

describe('the warehouse', () => {
  const directory = temporaryDirectories();
  let path: string;
  let warehouse: ReceiverService;
  let documented: DocumentedApp;

  const open = () => composeWarehouse(serviceConfig(path), silentLog);
  const get = async (address: string) => (await request(documented.app).get(address).expect(200)).body as unknown;

  beforeEach(() => {
    path = directory();
    warehouse = open();
    documented = documentedApp(warehouse.app, described);
  });
  afterEach(() => {
    warehouse.close();
    documented.verify();
  });

  it('reserves what was bought, lines of one SKU together, or a parcel would be packed short', async () => {
    const items = [
      { sku: 'BOOK-1', quantity: 2, unitPrice: 1250 },
      { sku: 'PEN-1', quantity: 1, unitPrice: 100 },
      { sku: 'BOOK-1', quantity: 3, unitPrice: 1200 },
    ];
    await deliver(documented.app, sampleEvent(1, { items })).expect(200);
    expect(await get(`/reservations/${sampleId(1)}`)).toEqual({
      purchaseId: sampleId(1),
      sequence: 1,
      lines: [
        { sku: 'BOOK-1', quantity: 5, reserved: 5, backOrdered: 0 },
        { sku: 'PEN-1', quantity: 1, reserved: 1, backOrdered: 0 },
      ],
    });
    expect(await get('/summary')).toEqual({ purchases: 1, units: 6 });
  });

  it('back-orders what is short or unknown, or a purchase that was paid for would be refused', async () => {
    const items = [
      { sku: 'LAMP-1', quantity: 3, unitPrice: 100 },
      { sku: 'NEVER-HEARD-OF', quantity: 7, unitPrice: 100 },
    ];
    await deliver(documented.app, [sampleEvent(1, { items }), sampleEvent(2, { items })]).expect(200);
    expect(await get(`/reservations/${sampleId(2)}`)).toEqual({
      purchaseId: sampleId(2),
      sequence: 2,
      lines: [
        { sku: 'LAMP-1', quantity: 3, reserved: 2, backOrdered: 1 },
        { sku: 'NEVER-HEARD-OF', quantity: 7, reserved: 0, backOrdered: 7 },
      ],
    });
    expect(await get('/summary')).toEqual({ purchases: 2, units: 20 });
  });

  it('reserves once however often a purchase is delivered, or stock would melt away with each retry', async () => {
    const items = [{ sku: 'LAMP-1', quantity: 2, unitPrice: 100 }];
    for (let time = 0; time < 3; time += 1) await deliver(documented.app, sampleEvent(1, { items })).expect(200);
    await deliver(documented.app, sampleEvent(2, { items })).expect(200);
    expect(await get(`/reservations/${sampleId(2)}`)).toMatchObject({ lines: [{ reserved: 2 }] });
    expect(await get('/summary')).toEqual({ purchases: 2, units: 4 });
  });

  it('finds everything again after a restart, and does not fill the shelves anew', async () => {
    const items = [{ sku: 'LAMP-1', quantity: 4, unitPrice: 100 }];
    await deliver(documented.app, sampleEvent(1, { items })).expect(200);
    warehouse.close();
    documented.verify();
    warehouse = open();
    documented = documentedApp(warehouse.app, described);
    expect(await get('/summary')).toEqual({ purchases: 1, units: 4 });
    await deliver(documented.app, sampleEvent(2, { items })).expect(200);
    expect(await get(`/reservations/${sampleId(2)}`)).toMatchObject({ lines: [{ reserved: 1, backOrdered: 3 }] });
  });

  it('finds a purchase whose id is written in capitals', async () => {
    await deliver(documented.app, sampleEvent(1, { id: 'abcdef00-0000-7000-8000-000000000001' })).expect(200);
    expect(await get('/reservations/ABCDEF00-0000-7000-8000-000000000001')).toMatchObject({ sequence: 1 });
  });

  it('answers 404 for a purchase it has not received', async () => {
    const answer = await request(documented.app)
      .get(`/reservations/${sampleId(1)}`)
      .expect(404);
    expect(answer.type).toBe('application/problem+json');
  });

  it('is alive, ready and measured, or nobody would hear when it is not', async () => {
    await deliver(documented.app, sampleEvent(1)).expect(200);
    expect(await get('/healthz')).toEqual({ status: 'alive' });
    expect(await get('/readyz')).toEqual({ status: 'ready' });
    const metrics = await request(documented.app).get('/metrics').expect(200);
    expect(metrics.text).toContain('receiver_events_total{result="applied"} 1');
  });

  it.each(['/summary', `/reservations/${sampleId(1)}`, '/metrics', '/readyz'])(
    'answers 405 for POST %s',
    async (address) => {
      const answer = await request(documented.app).post(address).expect(405);
      expect(answer.headers.allow).toBe('GET, HEAD');
    },
  );

  it('has no /faults outside a demonstration', async () => {
    await request(documented.app).get('/faults').expect(404);
  });

  it('refuses a second process on its data and names the folder, or two would sell the same stock', () => {
    expect(open).toThrow(DirectoryLockedError);
    expect(open).toThrow(path);
  });
});
