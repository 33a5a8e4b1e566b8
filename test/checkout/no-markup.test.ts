import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';

import { adminToken, openTestCheckout, type TestCheckout } from '../support/checkout-app.js';

let checkout: TestCheckout;
beforeAll(async () => {
  checkout = await openTestCheckout();
});
afterAll(() => checkout.close());

describe('an answer of the checkout', () => {
  const markup = '<script>alert(1)</script>';
  const encoded = encodeURIComponent(markup);
  const query = ['after', 'limit', 'state', 'destination', 'sequence'].map((name) => `${name}=${encoded}`);
  const reads = [
    ...[`/${markup}`, `/purchases/${encoded}`, `/deliveries/${encoded}/1`, `/deliveries/finance/${encoded}`],
    ...['/purchases', '/deliveries', '/decisions'].flatMap((path) => query.map((one) => `${path}?${one}`)),
    `/decisions?destination=finance&sequence=${encoded}`,
  ];
  const writes = [
    ...['/checkout', '/deliveries/finance/1/discard', `/deliveries/finance/${encoded}/discard`],
    ...['1/retry', '1/discard', 'retry'].map((what) => `/deliveries/${encoded}/${what}`),
    ...['pause', 'resume'].map((what) => `/destinations/${encoded}/${what}`),
  ];
  const headers = { Authorization: `Bearer ${adminToken}`, 'X-Request-Id': markup, traceparent: markup };

  it.each(reads)('repeats nothing of GET %s, or a browser might be made to run it', async (address) => {
    const { text } = await request(checkout.app).get(address).set(headers);
    expect(text).not.toBe('');
    expect(text).not.toMatch(/[<>]/);
  });

  it.each(writes)('repeats nothing of POST %s, nor of its body', async (address) => {
    const reason = 'It was paid for in the shop.';
    for (const body of [{ reason }, { [markup]: markup }, { reason: markup, items: [{ sku: markup, [markup]: 1 }] }]) {
      for (const key of ['"a"', markup]) {
        const { text } = await request(checkout.app)
          .post(address)
          .set({ ...headers, 'Idempotency-Key': key })
          .send(body);
        expect(text).not.toMatch(/[<>]/);
      }
    }
  });

  it('that is a problem says that it is nothing but JSON, whoever looks into it', async () => {
    for (const path of ['/nothing', '/purchases/nobody']) {
      await request(checkout.app).get(path).expect(404).expect('X-Content-Type-Options', 'nosniff');
    }
  });
});
