import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { signedHeaders } from '../support/deliver.js';
import { Shop } from '../../shared/shop-processes/shop.js';

/** In every place where a customer, a caller or a destination can write something; nobody of us writes it. */
const marker = 'swordfish';
const order = {
  customerId: `${marker}-customer`,
  currency: 'GBP',
  items: [{ sku: `${marker}-sku`, quantity: 1, unitPrice: 987654321 }],
};
const webhookSecret = `whsec_${Buffer.from(`${marker}-signs-every-delivery-here`).toString('base64')}`;
const adminToken = `${marker}-admin-token`;

const gossipHeaders = {
  'Content-Type': 'application/json',
  'Idempotency-Key': `${marker}-key`,
  'X-Request-Id': `${marker} is not an id`,
  'User-Agent': `${marker}-agent`,
  Cookie: `session=${marker}`,
  Referer: `http://${marker}.example/`,
};

describe('the log at trace', () => {
  let gossip: Server;
  let shop: Shop;

  beforeEach(async () => {
    // A destination that repeats all it was told, in a refusal, in an error, and in what is no HTTP at all.
    const statuses = [500, 401, 0, 422];
    gossip = createServer((request, response) => {
      void text(request).then((body) => {
        // A question whether it has the purchase is answered with a no.
        const status = request.method === 'GET' ? 404 : (statuses.shift() ?? 422);
        if (status === 0) {
          request.socket.end(`${marker} ${body}`);
          return;
        }
        response.writeHead(status, { 'X-Says': marker });
        response.end(JSON.stringify({ detail: `${marker} ${body}`, title: marker }));
      });
    });
    await new Promise<void>((resolve) => {
      gossip.listen(0, '127.0.0.1', resolve);
    });
    const { port } = gossip.address() as AddressInfo;
    const environment = { LOG_LEVEL: 'trace', WEBHOOK_SECRET: webhookSecret, ADMIN_TOKEN: adminToken };
    shop = await Shop.prepare({
      checkout: environment,
      receivers: { ...environment, DEMO: '1' },
      moreDestinations: [
        `gossip=http://127.0.0.1:${port}/${marker}?token=${marker};delay-max=20;circuit-delay=20;circuit-delay-max=20;verify=http://127.0.0.1:${port}/${marker}/{id}`,
      ],
    });
    await Promise.all([shop.warehouse.start(), shop.finance.start(), shop.checkout.start()]);
  });
  afterEach(async () => {
    await shop.close();
    gossip.closeAllConnections();
    await new Promise((resolve) => gossip.close(resolve));
  });

  /** One request, whatever comes of it. */
  const send = async (
    service: 'checkout' | 'warehouse' | 'finance',
    method: string,
    path: string,
    given: RequestInit = {},
  ) => {
    const { headers, ...rest } = given;
    const answer = await fetch(`${shop[service].url}${path}`, {
      method,
      redirect: 'manual',
      headers: { ...gossipHeaders, ...(headers as Record<string, string>) },
      ...rest,
    });
    return { status: answer.status, id: answer.headers.get('x-request-id'), body: await answer.text() };
  };
  const asAdmin = { headers: { Authorization: `Bearer ${adminToken}` } };
  const raw = async (port: number, bytes: string) => {
    const socket = connect(port, '127.0.0.1');
    socket.write(bytes);
    await text(socket);
  };

  it('holds nothing of what customers, callers and destinations said, nor any secret, whatever they ask', async () => {
    const answers = [];
    const body = JSON.stringify(order);
    const keyed = (key: string, sent = body) =>
      send('checkout', 'POST', `/checkout?card=${marker}`, { body: sent, headers: { 'Idempotency-Key': key } });
    const bought = await keyed(`${marker}-key`);
    const { id } = JSON.parse(bought.body) as { id: string };
    answers.push(
      bought,
      await keyed(`${marker}-key`),
      await keyed(`${marker}-key`, JSON.stringify({ ...order, customerId: `${marker}-other` })),
      await keyed(`${marker} \u00e9`),
      await keyed(`${marker}-2`, `{"customerId":"${marker}`),
      await keyed(`${marker}-3`, JSON.stringify({ ...order, [marker]: marker, currency: marker })),
      await keyed(`${marker}-4`, JSON.stringify({ ...order, customerId: marker.repeat(10_000) })),
      await send('checkout', 'POST', '/checkout', { body, headers: { 'Content-Type': `text/${marker}` } }),
      await send('checkout', 'POST', '/checkout', { body, headers: { 'Content-Encoding': marker } }),
    );
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH']) {
      answers.push(await send('checkout', method, `/checkout?${marker}`));
    }
    for (const path of ['', '/purchases', '/deliveries', '/status', '/decisions', '/metrics', '/readyz', '/%E0%A4%A']) {
      answers.push(
        await send('checkout', 'GET', `${path}/${marker}?${marker}=${marker}`),
        await send('checkout', 'GET', `${path}?after=${marker}&state=${marker}&destination=${marker}`, asAdmin),
        await send('checkout', 'GET', path === '' ? '/' : path, { headers: { Authorization: `Bearer ${marker}` } }),
      );
    }
    const reason = JSON.stringify({ reason: `${marker} was paid back` });
    await shop.waitUntil(
      'gossip has parked it',
      async () => JSON.parse((await send('checkout', 'GET', `/purchases/${id}`)).body) as { status: string },
      ({ status }) => status === 'parked',
    );
    for (const path of [
      '/destinations/gossip/pause',
      '/destinations/gossip/resume',
      '/deliveries/gossip/1/discard',
      `/deliveries/${marker}/1/retry`,
    ]) {
      answers.push(await send('checkout', 'POST', path, { ...asAdmin, body: reason }));
    }
    for (const receiver of ['warehouse', 'finance'] as const) {
      for (const path of [
        '/events',
        '/audit',
        '/faults',
        `/reservations/${marker}`,
        `/entries/${marker}`,
        `/${marker}`,
      ]) {
        for (const method of ['GET', 'POST', 'PUT']) {
          answers.push(
            await send(receiver, method, `${path}?${marker}`, method === 'GET' ? asAdmin : { ...asAdmin, body }),
          );
        }
      }
      const signed = (sent: string) => ({
        body: sent,
        headers: signedHeaders(marker, sent, { secret: webhookSecret }),
      });
      answers.push(
        await send(
          receiver,
          'POST',
          '/events',
          signed(JSON.stringify({ type: marker, data: { id: marker, ...order } })),
        ),
        await send(receiver, 'POST', '/events', signed(JSON.stringify([{ data: { id: marker, ...order } }, marker]))),
        await send(receiver, 'POST', '/events', signed(`{"${marker}`)),
      );
    }
    for (const { port } of [shop.checkout, shop.warehouse]) {
      await raw(port, `${marker.toUpperCase()} / ${marker}\r\n\r\n`);
      await raw(port, `GET /${marker} HTTP/1.1\r\nHost: x\r\nX: ${marker.repeat(3_000)}\r\n\r\n`);
      await raw(port, `GET /${marker} HTTP/1.1\r\nHost: x\r\nExpect: ${marker}\r\nConnection: close\r\n\r\n`);
    }
    await Promise.all([shop.checkout, shop.warehouse, shop.finance].map((service) => service.kill('SIGTERM')));

    const outputs = [shop.checkout, shop.warehouse, shop.finance].map(({ output }) => output);
    const output = outputs.join('\n');
    // All of it was there to be seen.
    const statuses = answers.map(({ status }) => status);
    expect(statuses).toEqual(expect.arrayContaining([200, 201, 400, 401, 404, 405, 413, 415, 422]));
    for (const { id: requestId } of answers) expect(output).toContain(`"requestId":"${requestId ?? 'none'}"`);
    for (const each of outputs) expect(each).toContain(`"id":"${id}"`);
    expect(output).toContain('"thread":"delivery"');
    expect(output).toContain('entry is parked');

    const secret = webhookSecret.slice('whsec_'.length);
    for (const hidden of [marker, marker.toUpperCase(), secret, '987654321', 'whsec_', 'Bearer']) {
      expect(output.split('\n').filter((line) => line.includes(hidden))).toEqual([]);
    }
  });
});
