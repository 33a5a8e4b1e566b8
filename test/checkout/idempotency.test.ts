/*
 * What `POST /checkout` makes of the Idempotency-Key, over HTTP.
 */
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';

import { openTestCheckout, type TestCheckout, type TestCheckoutOptions } from '../support/checkout-app.js';

const order = { customerId: 'alice', currency: 'GBP', items: [{ sku: 'BOOK-1', quantity: 2, unitPrice: 1250 }] };
const another = { ...order, customerId: 'bob' };
const noon = Date.UTC(2030, 0, 1, 12);
/** As long as the checkout under test keeps a key. */
const hour = 3_600_000;

let checkout: TestCheckout;
let now: number;
beforeEach(async () => {
  now = noon;
  checkout = await openTestCheckout({ now: () => now });
});
afterEach(() => checkout.close());

async function replaceCheckout(options: TestCheckoutOptions): Promise<void> {
  await checkout.close();
  checkout = await openTestCheckout(options);
}

const buy = (body: object = order, key = 'click') =>
  request(checkout.app).post('/checkout').set('Idempotency-Key', key).send(body);
const durableSequence = async () => (await checkout.journal.progress()).log.durableSequence;
const idOf = ({ body }: { body: unknown }) => (body as { id: string }).id;

describe('a key that expires', () => {
  it('gives the same 201 to the last millisecond, then a new purchase, and from then on that one', async () => {
    const first = await buy().expect(201);
    now = noon + hour - 1;
    expect((await buy().expect(201).expect('Idempotency-Replayed', 'true')).text).toBe(first.text);
    now = noon + hour;
    const second = await buy().expect(201);
    expect(second.headers).not.toHaveProperty('idempotency-replayed');
    expect(idOf(second)).not.toBe(idOf(first));
    for (const later of [now, noon, now + hour - 1]) {
      now = later;
      const replay = await buy().expect(201).expect('Idempotency-Replayed', 'true');
      expect(replay.text).toBe(second.text);
      expect(replay.headers.location).toBe(second.headers.location);
    }
    expect(await durableSequence()).toBe(2);
  });

  it('points at the new purchase when it comes with another order', async () => {
    await buy().expect(201);
    now = noon + hour;
    const second = await buy(another).expect(201);
    await buy()
      .expect(422)
      .expect('Location', `/purchases/${idOf(second)}`);
  });
});

describe('a replayed answer', () => {
  it('is the first one byte for byte, with its Location, after a restart and whatever became of the destinations', async () => {
    const first = await buy().expect(201);
    checkout = await checkout.reopen({ destinations: ['warehouse', 'loyalty', '7'], removed: ['finance'] });
    for (const replay of [await buy().expect(201), await buy().expect(201)]) {
      expect(replay.text).toBe(first.text);
      expect(replay.headers.location).toBe(first.headers.location);
      expect(replay.headers['content-type']).toBe(first.headers['content-type']);
    }
    expect(Object.keys((first.body as { deliveries: object }).deliveries)).toEqual(['warehouse', 'finance']);
    const later = await buy(order, 'another-click').expect(201);
    expect((later.body as { deliveries: object }).deliveries).toEqual({
      '7': 'pending',
      warehouse: 'pending',
      loyalty: 'pending',
    });
    expect((await buy(order, 'another-click')).text).toBe(later.text);
  });
});

describe('a key that is required', () => {
  beforeEach(() => replaceCheckout({ requireIdempotencyKey: true }));

  it('is asked for, with where one reads about it, and nothing is written', async () => {
    const response = await request(checkout.app)
      .post('/checkout')
      .send(order)
      .expect(400)
      .expect('Content-Type', 'application/problem+json; charset=utf-8')
      .expect('Link', '</docs#problem-idempotency-key-required>; rel="describedby"; type="text/html"');
    expect(response.body).toMatchObject({
      type: 'urn:problem-type:idempotency-key-required',
      status: 400,
      detail: expect.stringContaining('/docs#problem-idempotency-key-required'),
    });
    expect(await durableSequence()).toBe(0);
  });

  it('is taken when it is there, and an empty one is not taken for none', async () => {
    await buy().expect(201);
    const response = await request(checkout.app).post('/checkout').set('Idempotency-Key', '').send(order).expect(400);
    expect(response.body).toMatchObject({ type: 'urn:problem-type:invalid-idempotency-key' });
  });
});

describe('a key that cannot be read, or is missing though it is required', () => {
  /** Sends the head of a request that announces a body, and no body. */
  async function answerToHead(keys: string[]): Promise<IncomingMessage> {
    const server = createServer(checkout.app).listen(0, '127.0.0.1');
    try {
      await once(server, 'listening');
      const sent = httpRequest({
        ...{ host: '127.0.0.1', port: (server.address() as AddressInfo).port, method: 'POST', path: '/checkout' },
        headers: { 'Content-Type': 'application/json', 'Content-Length': 100, 'Idempotency-Key': keys },
      });
      sent.flushHeaders();
      const [answer] = (await once(sent, 'response')) as [IncomingMessage];
      sent.on('error', () => undefined);
      sent.destroy();
      return answer;
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  it('is refused before the body is there: reading that would cost more than the answer', async () => {
    expect((await answerToHead(['not one key'])).statusCode).toBe(400);
    await replaceCheckout({ requireIdempotencyKey: true });
    expect((await answerToHead([])).statusCode).toBe(400);
  });

  it.each([
    [['first', 'second']],
    [['same', 'same']],
    // Joined by a comma, as Node does it, these would be one key.
    [['"first', 'second"']],
    [['"first"', '"second"']],
  ])('is refused when it comes in two headers, %j: which one is meant?', async (keys) => {
    expect((await answerToHead(keys)).statusCode).toBe(400);
  });

  it('says what a key looks like, and where one reads about it', async () => {
    const response = await buy(order, 'two words')
      .expect(400)
      .expect('Link', '</docs#problem-invalid-idempotency-key>; rel="describedby"; type="text/html"');
    const { detail } = response.body as { detail: string };
    expect(detail).toContain('1 to 255 printable ASCII characters');
    expect(detail).not.toContain('two words');
  });

  it('is told so although the body is broken as well: nothing of that was read', async () => {
    const broken = request(checkout.app).post('/checkout').set('Idempotency-Key', 'two words').type('text/plain');
    const response = await broken.send('{').expect(400);
    expect(response.body).toMatchObject({ type: 'urn:problem-type:invalid-idempotency-key' });
  });

  it('does not stop a quoted key with a comma in it', async () => {
    const first = await buy(order, '"a, b"').expect(201);
    expect((await buy(order, '"a, b"').expect('Idempotency-Replayed', 'true')).text).toBe(first.text);
  });
});
