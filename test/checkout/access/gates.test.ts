import { connect } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';

import { accessGates } from '../../../services/checkout/access/access-gates.js';
import { apiKeyMetrics } from '../../../services/checkout/access/api-key-metrics.js';
import { limitRate } from '../../../services/checkout/access/limit-rate.js';
import { parseApiKeys } from '../../../services/checkout/access/parse-api-keys.js';
import { listen } from '../../../shared/http/index.js';
import type { Sequence } from '../../../shared/outbox/index.js';
import { createMetrics } from '../../../shared/telemetry/metrics.js';
import { adminToken, openTestCheckout, type TestCheckout } from '../../support/checkout-app.js';
import { anOrder } from '../../../shared/shop-client/shop-client.js';

const { keys } = parseApiKeys('web=the-secret-of-web;the-secret-before-it,app=the-secret-of-app');
const metrics = createMetrics();
const observed: string[] = [];
const warned: object[] = [];
const options = {
  observe: (caller: string, secret: string) => void observed.push(`${caller} ${secret}`),
  log: { warn: (fields: object) => void warned.push(fields) },
};

let checkout: TestCheckout;
let now: number;
const buy = (headers: Record<string, string> = {}) =>
  request(checkout.app).post('/checkout').set(headers).send(anOrder);
const withKey = (key: string, more: Record<string, string> = {}) => buy({ Authorization: `Bearer ${key}`, ...more });

beforeEach(() => {
  now = 0;
  observed.length = 0;
  warned.length = 0;
});
afterEach(() => checkout.close());

describe('POST /checkout with API keys', () => {
  beforeEach(async () => {
    checkout = await openTestCheckout({ gates: accessGates({ apiKeys: keys, rateLimit: undefined }, options) });
  });

  it('lets in who has one, the one before it too while it is being replaced, and knows which', async () => {
    await withKey('the-secret-of-web').expect(201);
    await withKey('the-secret-before-it').expect(201);
    await withKey('the-secret-of-app').expect(201);
    expect(observed).toEqual(['web current', 'web previous', 'app current']);
    expect(warned).toEqual([]);
  });

  it.each([
    ['none', undefined, 'Bearer realm="checkout"'],
    ['another scheme', 'Basic the-secret-of-web', 'Bearer realm="checkout"'],
    ['a wrong one', 'Bearer the-secret-of-wet', 'Bearer realm="checkout", error="invalid_token"'],
    ['the beginning of one', 'Bearer the-secret-of', 'Bearer realm="checkout", error="invalid_token"'],
    [
      'both secrets at once',
      'Bearer the-secret-of-web;the-secret-before-it',
      'Bearer realm="checkout", error="invalid_token"',
    ],
    ['the name of one', 'Bearer web', 'Bearer realm="checkout", error="invalid_token"'],
    ['the admin token', `Bearer ${adminToken}`, 'Bearer realm="checkout", error="invalid_token"'],
  ])('writes nothing for who sends %s', async (_what, header, challenge) => {
    const answer = await buy(header === undefined ? {} : { Authorization: header }).expect(401);
    expect(answer.headers['www-authenticate']).toBe(challenge);
    expect(answer.type).toBe('application/problem+json');
    expect((await checkout.journal.progress()).log.durableSequence).toBe(0);
  });

  it('tells people where wrong ones come from, behind a proxy too, and never what they were', async () => {
    checkout.express.set('trust proxy', 1);
    await withKey('the-secret-of-wet', { 'X-Forwarded-For': '203.0.113.3, 198.51.100.7' }).expect(401);
    expect(warned).toEqual([{ realm: 'checkout', refused: 1, lastFrom: '198.51.100.7' }]);
  });

  it('keeps with a purchase whose key it was: what was bought with one that leaked can be found', async () => {
    await withKey('the-secret-of-web', { 'Idempotency-Key': 'click' }).expect(201);
    await withKey('the-secret-of-app').expect(201);
    const kept = await checkout.journal.purchases(0 as Sequence, 10);
    expect(kept.map(({ record }) => [record.caller, record.idempotency?.key])).toEqual([
      ['web', 'click'],
      ['app', undefined],
    ]);
    const listed = await request(checkout.app)
      .get('/purchases')
      .set('Authorization', `Bearer ${adminToken}`)
      .expect(200);
    expect(listed.body).toMatchObject({ purchases: [{ caller: 'web' }, { caller: 'app' }] });
  });

  it('shows who bought to nobody but the admin', async () => {
    const { id } = (await withKey('the-secret-of-web').expect(201)).body as { id: string };
    expect((await request(checkout.app).get(`/purchases/${id}`).expect(200)).body).not.toHaveProperty('caller');
  });

  it('leaves open what is open, or nobody could look whether it is well', async () => {
    for (const path of ['/status', '/healthz', '/readyz', '/metrics'])
      await request(checkout.app).get(path).expect(200);
  });

  it('refuses before the body is read: a stranger is not waited for', async () => {
    const listening = await listen(checkout.app, { host: '127.0.0.1', port: 0 });
    const socket = connect(listening.port, '127.0.0.1');
    socket.write(
      'POST /checkout HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{',
    );
    const first = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
    expect(first.toString()).toMatch(/^HTTP\/1\.1 401 /);
    socket.destroy();
    await listening.stop(0);
  });
});

describe('POST /checkout with a rate limit', () => {
  const limited = [limitRate({ requests: 2, seconds: 10 }, () => now)];

  it('says with each answer what is left, and refuses in the words of the draft what is too much', async () => {
    checkout = await openTestCheckout({ gates: [limitRate({ requests: 2, seconds: 10 }, () => now)] });
    const first = await buy().expect(201);
    expect(first.headers['ratelimit-policy']).toBe('"purchases";q=2;w=10');
    expect(first.headers.ratelimit).toBe('"purchases";r=1;t=10');
    now = 2_500;
    expect((await buy().expect(201)).headers.ratelimit).toBe('"purchases";r=0;t=8');
    const refused = await buy().expect(429);
    expect(refused.headers).toMatchObject({
      'retry-after': '8',
      ratelimit: '"purchases";r=0;t=8',
      'ratelimit-policy': '"purchases";q=2;w=10',
    });
    expect(refused.type).toBe('application/problem+json');
    expect(refused.body).toMatchObject({
      type: 'urn:problem-type:quota-exceeded',
      status: 429,
      'violated-policies': ['purchases'],
    });
    expect((await checkout.journal.progress()).log.durableSequence).toBe(2);
    now = 10_000;
    await buy().expect(201);
  });

  it('counts a replay as a purchase: it costs as much', async () => {
    checkout = await openTestCheckout({ gates: [limitRate({ requests: 2, seconds: 10 }, () => now)] });
    const key = { 'Idempotency-Key': 'click' };
    await buy(key).expect(201);
    await buy(key).expect(201).expect('Idempotency-Replayed', 'true');
    await buy(key).expect(429);
  });

  it('gives each shop its own quota, whatever address it comes from, and counts no stranger', async () => {
    const gates = [...accessGates({ apiKeys: keys, rateLimit: undefined }, options), ...limited];
    checkout = await openTestCheckout({ gates });
    for (let count = 0; count < 5; count += 1) await withKey('nobody-has-such-a-key').expect(401);
    await withKey('the-secret-of-web').expect(201);
    await withKey('the-secret-before-it').expect(201);
    await withKey('the-secret-of-web').expect(429);
    await withKey('the-secret-of-app').expect(201);
  });

  it('tells clients behind a proxy apart only if told that there is one, and then believes that proxy alone', async () => {
    checkout = await openTestCheckout({ gates: [limitRate({ requests: 1, seconds: 10 }, () => now)] });
    const from = (forwarded: string) => buy({ 'X-Forwarded-For': forwarded });
    await from('192.0.2.1').expect(201);
    await from('192.0.2.2').expect(429);
    checkout.express.set('trust proxy', 1);
    await from('192.0.2.3').expect(201);
    await from('192.0.2.3').expect(429);
    await from('198.51.100.1, 192.0.2.3').expect(429);
    await from('2001:db8:1:2::1').expect(201);
    await from('2001:db8:1:2:ffff::').expect(429);
    // The address of the connection has bought already.
    await from(`nonsense-${'x'.repeat(5_000)}`).expect(429);
  });

  it('is asked after who sends it, and before the body is read', async () => {
    checkout = await openTestCheckout({ gates: [limitRate({ requests: 1, seconds: 10 }, () => now)] });
    await buy().expect(201);
    await request(checkout.app).post('/checkout').set('Content-Type', 'application/json').send('{"broken').expect(429);
  });
});

describe('the metric of API keys', () => {
  it('counts who buys, and with which secret: whether the old one may go is seen there', async () => {
    checkout = await openTestCheckout({
      gates: accessGates({ apiKeys: keys, rateLimit: undefined }, { ...options, observe: apiKeyMetrics(metrics) }),
    });
    await withKey('the-secret-before-it').expect(201);
    expect(await metrics.metrics()).toContain('checkout_api_key_requests_total{caller="web",secret="previous"} 1');
  });
});
