import { request as httpRequest } from 'node:http';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';

import { listen } from '../../shared/http/index.js';
import type { FaultSettings } from '../../shared/receiver/index.js';
import { deliver, signedHeaders } from '../support/deliver.js';
import { adminToken, openReceiver, type ReceiverFixture } from '../support/receiver-fixture.js';
import { sampleEvent, sampleId } from '../support/sample-event.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

describe('/faults', () => {
  const directory = temporaryDirectories();
  let path: string;
  let fixture: ReceiverFixture;

  beforeEach(() => {
    path = directory();
    fixture = openReceiver(path, { random: () => 0 });
  });
  afterEach(() => {
    fixture.close();
  });

  const put = (settings: FaultSettings | object) =>
    request(fixture.app).put('/faults').auth(adminToken, { type: 'bearer' }).send(settings);

  it('is for an admin only, or anyone could stop deliveries', async () => {
    await request(fixture.app).put('/faults').send({ status: 503 }).expect(401);
    await request(fixture.app).get('/faults').auth('a-wrong-token', { type: 'bearer' }).expect(401);
    await deliver(fixture.app, sampleEvent(1)).expect(200);
  });

  it('is not there outside a demonstration', async () => {
    fixture.close();
    fixture = openReceiver(path, { demo: false });
    await put({ status: 503 }).expect(404);
    await deliver(fixture.app, sampleEvent(1)).expect(200);
  });

  it('shows what is set, and {} sets nothing', async () => {
    const settings = {
      status: 503,
      rate: 0.3,
      latencyMs: 200,
      sku: 'POISON-1',
      retryAfterSeconds: 2,
      hangRate: 0.1,
      dropAfterCommitRate: 0.1,
    };
    expect((await put(settings).expect(200)).body).toEqual(settings);
    const shown = await request(fixture.app).get('/faults').auth(adminToken, { type: 'bearer' }).expect(200);
    expect(shown.body).toEqual(settings);
    expect((await put({}).expect(200)).body).toEqual({});
  });

  it.each([
    [{ status: 200 }, '#/status'],
    [{ rate: 1.1 }, '#/rate'],
    [{ hangRate: -0.1 }, '#/hangRate'],
    [{ latencyMs: 1.5 }, '#/latencyMs'],
    [{ latencyMs: 3_600_000 }, '#/latencyMs'],
    [{ retryAfterSeconds: -1 }, '#/retryAfterSeconds'],
    [{ sku: 'not a sku' }, '#/sku'],
    [{ dropRate: 1 }, '#/dropRate'],
    [[], '#'],
  ])('refuses %j and leaves things as they are', async (settings, pointer) => {
    const answer = await put(settings).expect(422);
    expect((answer.body as { errors: { pointer: string }[] }).errors[0]?.pointer).toBe(pointer);
    await deliver(fixture.app, sampleEvent(1)).expect(200);
  });

  it('answers 405 with Allow for another method', async () => {
    const answer = await request(fixture.app).delete('/faults').expect(405);
    expect(answer.headers.allow).toBe('GET, HEAD, PUT');
  });

  it('makes one purchase poison, and no other', async () => {
    const poison = sampleEvent(2);
    const items = [{ sku: 'POISON-1', quantity: 1, unitPrice: poison.data.total }];
    await put({ status: 422, sku: 'POISON-1' });
    await deliver(fixture.app, { ...poison, data: { ...poison.data, items } }).expect(422);
    await deliver(fixture.app, sampleEvent(1)).expect(200);
  });

  it('makes deliveries fail with a problem and Retry-After, and keeps nothing of them', async () => {
    await put({ status: 503, retryAfterSeconds: 2 });
    const answer = await deliver(fixture.app, sampleEvent(1)).expect(503);
    expect(answer.type).toBe('application/problem+json');
    expect(answer.headers['retry-after']).toBe('2');
    expect(fixture.applied()).toEqual([]);
  });

  it('fails a delivery before its signature is looked at, as a service that is down does', async () => {
    await put({ status: 500 });
    await request(fixture.app).post('/events').send({}).expect(500);
  });

  it('waits first, then does the work', async () => {
    const waits: number[] = [];
    fixture.close();
    fixture = openReceiver(path, {
      sleep: (ms) => {
        waits.push(ms);
        return Promise.resolve();
      },
    });
    await put({ latencyMs: 200 });
    await deliver(fixture.app, sampleEvent(1)).expect(200);
    expect(waits).toEqual([200]);
  });

  it('keeps the purchase and cuts the connection; what is sent again after a restart is known', async () => {
    await put({ dropAfterCommitRate: 1 });
    await expect(deliver(fixture.app, sampleEvent(1))).rejects.toThrow(/socket hang up|ECONNRESET/);
    await expect(deliver(fixture.app, [sampleEvent(2), sampleEvent(1)])).rejects.toThrow(/socket hang up|ECONNRESET/);
    fixture.close();
    fixture = openReceiver(path);
    expect(fixture.applied()).toEqual([sampleId(1), sampleId(2)]);
    const answer = await deliver(fixture.app, [sampleEvent(1), sampleEvent(2), sampleEvent(3)]).expect(200);
    const { results } = answer.body as { results: { status: string }[] };
    expect(results.map(({ status }) => status)).toEqual(['duplicate', 'duplicate', 'applied']);
    expect(fixture.applied()).toEqual([sampleId(1), sampleId(2), sampleId(3)]);
  });

  it('never answers a delivery that hangs, keeps nothing of it, and does not keep the service from stopping', async () => {
    const arrived = latch();
    fixture.close();
    fixture = openReceiver(path, {
      random: () => {
        arrived.open();
        return 0;
      },
    });
    await put({ hangRate: 1 });
    const listening = await listen(fixture.app, { host: '127.0.0.1', port: 0 });
    const event = sampleEvent(1);
    const body = JSON.stringify(event);
    const cut = new Promise<string>((resolve) => {
      const { host, port } = listening;
      httpRequest({ host, port, method: 'POST', path: '/events', headers: signedHeaders(event.data.id, body) })
        .on('response', () => {
          resolve('answered');
        })
        .on('error', () => {
          resolve('cut');
        })
        .end(body);
    });
    await arrived.opened;
    await listening.stop(0);
    expect(await cut).toBe('cut');
    expect(fixture.applied()).toEqual([]);
  });
});

function latch(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
