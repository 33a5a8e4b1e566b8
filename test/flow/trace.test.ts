import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { openRecordingDestination, type RecordingDestination } from '../support/recording-destination.js';
import { Shop } from '../../shared/shop-processes/shop.js';
import { anOrder } from '../../shared/shop-client/shop-client.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
const trace = { traceparent, tracestate: 'rojo=00f067aa0ba902b7' };
const database = ['', '-wal', '-shm'].map((ending) => `checkout.sqlite${ending}`);

describe('a trace that a purchase came with', () => {
  let crm: RecordingDestination;
  let shop: Shop;
  beforeEach(async () => {
    crm = await openRecordingDestination(() => ({ status: 503 }));
    shop = await Shop.open({
      moreDestinations: [`crm=${crm.url};delay=50;delay-max=50;circuit-delay=50;circuit-delay-max=50`],
      receivers: { LOG_LEVEL: 'debug' },
    });
  });
  afterEach(async () => {
    await shop.close();
    await crm.close();
  });

  const buy = async () => {
    const response = await fetch(`${shop.checkout.url}/checkout`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...trace },
      body: JSON.stringify(anOrder),
    });
    expect(response.status).toBe(201);
  };
  const sentOn = () => crm.requests.map(({ headers }) => ({ ...headers }));
  const untilTried = (times: number) =>
    shop.waitUntil(
      'the purchase was sent',
      () => Promise.resolve(crm.requests.length),
      (length) => length >= times,
    );

  it('is sent on with every attempt, over a kill and without the database: a request is followed to its end', async () => {
    await buy();
    await untilTried(1);
    await shop.checkout.killAndRestart();
    await untilTried(crm.requests.length + 2);
    await shop.checkout.kill('SIGKILL');
    for (const name of database) await rm(join(shop.checkout.dataDirectory, name), { force: true });
    crm.respond(() => ({ status: 200 }));
    const before = crm.requests.length;
    await shop.checkout.start();
    await shop.untilAllConfirmed();

    expect(crm.requests.length).toBeGreaterThan(before);
    const form = new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`);
    for (const headers of sentOn()) {
      expect(headers.traceparent).toMatch(form);
      expect(headers.tracestate).toBe(trace.tracestate);
    }
    expect(new Set([traceparent, ...sentOn().map((headers) => headers.traceparent)]).size).toBe(
      crm.requests.length + 1,
    );
    for (const receiver of [shop.warehouse, shop.finance]) expect(receiver.output).toContain(traceId);
  }, 60_000);
});
