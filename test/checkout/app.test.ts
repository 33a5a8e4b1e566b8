import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';

import { PurchaseOutcomeUnknownError, PurchaseRefusedError } from '../../shared/journal/index.js';
import { DeliveryTally } from '../../shared/outbox/delivery-tally.js';
import type { EpochMs, Sequence } from '../../shared/outbox/index.js';
import { sampleDeliveryFigures } from '../support/sample-delivery-figures.js';
import { sampleLaneStatus } from '../support/sample-lane-status.js';
import { adminToken, openTestCheckout, type TestCheckout, type TestCheckoutOptions } from '../support/checkout-app.js';

const order = { customerId: 'alice', currency: 'GBP', items: [{ sku: 'BOOK-1', quantity: 2, unitPrice: 1250 }] };
let checkout: TestCheckout;
const at = 1_700_000_000_000 as EpochMs;

interface Accepted {
  id: string;
  sequence: Sequence;
  acceptedAt: string;
}

async function replaceCheckout(options: TestCheckoutOptions): Promise<void> {
  await checkout.close();
  checkout = await openTestCheckout(options);
}

beforeEach(async () => {
  checkout = await openTestCheckout();
});

afterEach(async () => {
  await checkout.close();
});

const buy = (body: object = order, headers: Record<string, string> = {}) =>
  request(checkout.app).post('/checkout').set(headers).send(body);
const asAdmin = { Authorization: `Bearer ${adminToken}` };
const durableSequence = async () => (await checkout.journal.progress()).log.durableSequence;

describe('POST /checkout', () => {
  it('answers 201 with everything a customer needs to find the purchase again', async () => {
    const response = await buy().expect(201).expect('Content-Type', /json/);
    const { id, acceptedAt } = response.body as Accepted;
    expect(response.body).toEqual({
      id,
      sequence: 1,
      status: 'accepted',
      acceptedAt,
      currency: 'GBP',
      total: 2500,
      deliveries: { warehouse: 'pending', finance: 'pending' },
    });
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(response.headers.location).toBe(`/purchases/${id}`);
    expect(new Date(acceptedAt).toISOString()).toBe(acceptedAt);
  });

  it('answers only when the purchase is durable: what was answered is there after the service was opened again', async () => {
    const { id } = (await buy().expect(201)).body as Accepted;
    checkout = await checkout.reopen();
    await request(checkout.app).get(`/purchases/${id}`).expect(200);
  });

  it.each([
    ['an empty object', {}, ['#/customerId', '#/currency', '#/items']],
    ['an empty cart', { ...order, items: [] }, ['#/items']],
    ['a negative price', { ...order, items: [{ sku: 'A', quantity: 1, unitPrice: -1 }] }, ['#/items/0/unitPrice']],
    ['a fractional price', { ...order, items: [{ sku: 'A', quantity: 1, unitPrice: 12.5 }] }, ['#/items/0/unitPrice']],
    ['a price as text', { ...order, items: [{ sku: 'A', quantity: 1, unitPrice: '1' }] }, ['#/items/0/unitPrice']],
    ['no quantity', { ...order, items: [{ sku: 'A', unitPrice: 1 }] }, ['#/items/0/quantity']],
    ['zero of something', { ...order, items: [{ sku: 'A', quantity: 0, unitPrice: 1 }] }, ['#/items/0/quantity']],
    ['an unknown currency', { ...order, currency: 'XYZ' }, ['#/currency']],
    ['a currency in lower case', { ...order, currency: 'gbp' }, ['#/currency']],
    ['an unknown field', { ...order, coupon: 'X' }, ['#/coupon']],
    ['an unknown field in an item', { ...order, items: [{ ...order.items[0], 'a/b~c': 1 }] }, ['#/items/0/a~1b~0c']],
    ['a total that overflows', { ...order, items: [{ sku: 'A', quantity: 1e6, unitPrice: 1e12 }] }, ['#/items']],
    [
      'a number beyond all bounds',
      { ...order, items: [{ sku: 'A', quantity: 1, unitPrice: 1e300 }] },
      ['#/items/0/unitPrice', '#/items'],
    ],
    ['too many lines', { ...order, items: Array(101).fill(order.items[0]) }, ['#/items']],
    ['a lone surrogate, which the log could not give back', { ...order, customerId: 'a\ud800' }, ['#/customerId']],
    ['a list', [order], ['#']],
  ])('refuses %s, points at it, and writes nothing', async (_what, body, pointers) => {
    const response = await buy(body).expect(422).expect('Content-Type', 'application/problem+json; charset=utf-8');
    const problem = response.body as { type: string; status: number; errors: { pointer: string; detail: string }[] };
    expect(problem).toMatchObject({ type: 'urn:problem-type:invalid-body', status: 422 });
    expect(problem.errors.map(({ pointer }) => pointer)).toEqual(pointers);
    expect(problem.errors.every(({ detail }) => detail.length > 0)).toBe(true);
    expect(await durableSequence()).toBe(0);
  });

  it.each(['{', '', 'null,', '{"customerId":"a"', "{'a':1}"])(
    'answers broken JSON (%j) with 400 and writes nothing',
    async (text) => {
      const response = await request(checkout.app).post('/checkout').type('application/json').send(text);
      expect(response.status).toBe(400);
      expect(response.type).toBe('application/problem+json');
      expect(await durableSequence()).toBe(0);
    },
  );

  it('answers another content type with 415, also when there is none', async () => {
    await request(checkout.app).post('/checkout').type('text/plain').send(JSON.stringify(order)).expect(415);
    await request(checkout.app).post('/checkout').type('form').send({ a: 'b' }).expect(415);
    await request(checkout.app).post('/checkout').expect(415);
  });

  it('answers a body that is too large with 413 instead of reading it', async () => {
    const response = await buy({ ...order, customerId: 'x'.repeat(70_000) }).expect(413);
    expect(response.body).toMatchObject({
      type: 'urn:problem-type:body-too-large',
      detail: expect.stringContaining('65536'),
    });
  });

  it.each(['get', 'put', 'delete', 'patch'] as const)(
    'answers %s with 405 and says what is allowed',
    async (method) => {
      await request(checkout.app)[method]('/checkout').expect(405).expect('Allow', 'POST');
    },
  );

  it('says that nothing was written, and when to come back, when it cannot accept', async () => {
    await replaceCheckout({
      append: () => Promise.reject(new PurchaseRefusedError('disk-full', 'the disk is full')),
    });
    const response = await buy().expect(503).expect('Retry-After', /^\d+$/);
    expect(response.body).toMatchObject({
      type: 'urn:problem-type:purchase-refused',
      detail: expect.stringContaining('Nothing was written'),
    });
  });

  it('says that it does not know, and that the same key is safe, when a write failed half way', async () => {
    await replaceCheckout({
      append: () => Promise.reject(new PurchaseOutcomeUnknownError('outcome-unknown', 'who knows')),
    });
    const response = await buy().expect(500);
    expect(response.body).toMatchObject({
      type: 'urn:problem-type:outcome-unknown',
      detail: expect.stringContaining('same Idempotency-Key is safe'),
    });
  });

  it('shows nothing of what is inside when something unforeseen fails', async () => {
    await replaceCheckout({ append: () => Promise.reject(new Error('secret detail')) });
    const response = await buy().expect(500);
    expect(response.text).not.toMatch(/secret detail|\.js/);
  });
});

describe('an Idempotency-Key', () => {
  const key = { 'Idempotency-Key': '"8e03978e-40d5-43e8-bc93-6894a57f9324"' };

  it('gives a retry the very same 201, so that a customer who asks twice pays once', async () => {
    const first = await buy(order, key).expect(201);
    const again = await buy(order, key).expect(201).expect('Idempotency-Replayed', 'true');
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    expect(again.text).toBe(first.text);
    expect(again.headers.location).toBe(first.headers.location);
    expect(await durableSequence()).toBe(1);
  });

  it('is the same quoted and bare', async () => {
    const first = await buy(order, key).expect(201);
    const bare = { 'Idempotency-Key': '8e03978e-40d5-43e8-bc93-6894a57f9324' };
    expect((await buy(order, bare).expect(201)).text).toBe(first.text);
  });

  it('makes one purchase of many requests at the same time', async () => {
    const responses = await Promise.all(Array.from({ length: 50 }, () => buy(order, key)));
    expect(new Set(responses.map(({ text }) => text)).size).toBe(1);
    expect(responses.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1);
    expect(await durableSequence()).toBe(1);
  });

  it('is still known after the service was opened again', async () => {
    const first = await buy(order, key).expect(201);
    checkout = await checkout.reopen();
    expect((await buy(order, key).expect(201)).text).toBe(first.text);
  });

  it('gives the same 201 after the purchase has been delivered: an answer does not change', async () => {
    const first = await buy(order, key).expect(201);
    const { sequence } = first.body as Accepted;
    await confirmed('warehouse', sequence);
    expect((await buy(order, key).expect(201)).text).toBe(first.text);
  });

  it('does not let another order vanish behind the first', async () => {
    const { id } = (await buy(order, key).expect(201)).body as Accepted;
    const response = await buy({ ...order, customerId: 'bob' }, key)
      .expect(422)
      .expect('Location', `/purchases/${id}`);
    expect(response.body).toMatchObject({ type: 'urn:problem-type:idempotency-key-reused' });
  });

  it('takes re-ordered JSON for the same order', async () => {
    const first = await buy(order, key).expect(201);
    const reordered = { items: order.items, currency: order.currency, customerId: order.customerId };
    expect((await buy(reordered, key).expect(201)).text).toBe(first.text);
  });

  it('is not used up by a request that was refused', async () => {
    await buy({ ...order, items: [] }, key).expect(422);
    await buy(order, key).expect(201);
  });

  it('is refused when it cannot be read for sure', async () => {
    const response = await buy(order, { 'Idempotency-Key': 'a b' }).expect(400);
    expect(response.body).toMatchObject({ type: 'urn:problem-type:invalid-idempotency-key' });
    expect(await durableSequence()).toBe(0);
  });
});

async function confirmed(destination: string, sequence: Sequence): Promise<void> {
  await readable(sequence);
  await checkout.deliveryJournal.settle(destination, [
    { state: 'confirmed', sequence, attempts: 1, attemptsCounted: 0, at },
  ]);
}

/** Resolves once the entry has been projected: outcomes are only ever settled for such. */
async function readable(sequence: Sequence): Promise<void> {
  const there = async () => (await checkout.deliveryJournal.read((sequence - 1) as Sequence, 1)).length > 0;
  while (!(await there())) {
    await new Promise<void>((resolve) => {
      const unsubscribe = checkout.deliveryJournal.onReadable(() => {
        unsubscribe();
        resolve();
      });
    });
  }
}

describe('GET /purchases/:id', () => {
  it('finds a purchase the moment its 201 is out', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { id } = (await buy().expect(201)).body as Accepted;
      await request(checkout.app).get(`/purchases/${id}`).expect(200);
    }
  });

  it('shows what is on record at each destination', async () => {
    const { id, sequence, acceptedAt } = (await buy().expect(201)).body as Accepted;
    await confirmed('warehouse', sequence);
    await checkout.deliveryJournal.settle('finance', [
      {
        ...{ state: 'retrying', sequence, attempts: 3, attemptsCounted: 1, at },
        ...{ nextAttemptAt: (at + 1000) as EpochMs, error: '503 Service Unavailable' },
      },
    ]);
    const response = await request(checkout.app).get(`/purchases/${id}`).expect(200);
    expect(response.body).toEqual({
      ...{ id, sequence, status: 'accepted', acceptedAt, ...order, total: 2500 },
      deliveries: {
        warehouse: { state: 'confirmed', attempts: 1, confirmedAt: new Date(at).toISOString() },
        finance: {
          state: 'retrying',
          attempts: 3,
          lastAttemptAt: new Date(at).toISOString(),
          nextAttemptAt: new Date(at + 1000).toISOString(),
          lastError: '503 Service Unavailable',
        },
      },
    });
  });

  it('calls a purchase confirmed only when all destinations have confirmed it', async () => {
    const { id, sequence } = (await buy().expect(201)).body as Accepted;
    const status = async () =>
      ((await request(checkout.app).get(`/purchases/${id}`)).body as { status: string }).status;
    expect(await status()).toBe('accepted');
    await confirmed('warehouse', sequence);
    expect(await status()).toBe('accepted');
    await confirmed('finance', sequence);
    expect(await status()).toBe('confirmed');
  });

  it('calls a purchase parked when one destination will not have it, so that a person looks', async () => {
    const { id, sequence } = (await buy().expect(201)).body as Accepted;
    await readable(sequence);
    await checkout.deliveryJournal.settle('finance', [
      { state: 'parked', sequence, attempts: 1, attemptsCounted: 0, at, error: '422' },
    ]);
    expect((await request(checkout.app).get(`/purchases/${id}`)).body).toMatchObject({
      status: 'parked',
      deliveries: { finance: { state: 'parked', lastError: '422' } },
    });
  });

  it('answers 404 for a purchase that is not there', async () => {
    const response = await request(checkout.app).get('/purchases/nobody').expect(404);
    expect(response.body).toMatchObject({ type: 'urn:problem-type:not-found' });
  });
});

describe('GET /status', () => {
  it('says how far the log and each destination are', async () => {
    const { sequence } = (await buy().expect(201)).body as Accepted;
    await buy().expect(201);
    await confirmed('warehouse', sequence);
    const response = await request(checkout.app).get('/status').expect(200);
    expect(response.body).toEqual({
      log: {
        ...{ firstSequence: 1, durableSequence: 2, lowWaterMark: 0, segments: 1, bytes: expect.any(Number) },
        backlogBytes: expect.any(Number),
        markReason: 'held at 0: 1 is on its way to finance',
      },
      disk: {
        availableBytes: expect.any(Number),
        totalBytes: expect.any(Number),
        reserveBytes: expect.any(Number),
        resumeBytes: expect.any(Number),
        state: 'room',
        refusing: false,
      },
      admission: { pending: 0, pendingMax: 1024, refusing: null, backlogBytesMax: null },
      destinations: {
        warehouse: {
          ...{ cursor: 1, pending: 1, inFlight: 0, retrying: 0, parked: 0 },
          ...{ circuit: 'closed', circuitReason: null, circuitSince: null, nextProbeAt: null },
          ...{ state: 'served', ratePerSecond: null, catchingUp: false },
          ...{ paused: false, oldestPendingSeconds: expect.any(Number), lastError: null },
          counts: new DeliveryTally().counts,
        },
        finance: {
          ...{ cursor: 0, pending: 2, inFlight: 0, retrying: 0, parked: 0 },
          ...{ circuit: 'closed', circuitReason: null, circuitSince: null, nextProbeAt: null },
          ...{ state: 'served', ratePerSecond: null, catchingUp: false },
          ...{ paused: false, oldestPendingSeconds: expect.any(Number), lastError: null },
          counts: new DeliveryTally().counts,
        },
      },
      deliveryThread: 'answers',
      recovery: { durationMs: expect.any(Number), tornBytes: 0, replayed: 0, unknownBefore: 0 },
    });
  });

  it('says what is on record while the delivery thread hangs, and that it does: health and metrics answer as well', async () => {
    const never = () => new Promise<never>(() => undefined);
    await replaceCheckout({ delivery: { status: never, figures: never } });
    const { sequence } = (await buy().expect(201)).body as Accepted;
    await confirmed('warehouse', sequence);
    const response = await request(checkout.app).get('/status').expect(200);
    const unknown = { inFlight: null, circuit: null, catchingUp: null, counts: null, lastError: null };
    expect(response.body).toMatchObject({
      log: {
        durableSequence: 1,
        markReason: 'held at 0: finance has not confirmed 1 yet, and the delivery thread does not answer',
      },
      deliveryThread: 'silent',
      destinations: {
        warehouse: { state: 'served', cursor: 1, pending: 0, ...unknown },
        finance: { state: 'served', cursor: 0, pending: 1, ...unknown },
      },
    });
    await request(checkout.app).get('/readyz').expect(200);
    const { text } = await request(checkout.app).get('/metrics').expect(200);
    expect(text).toContain('checkout_delivery_thread_up 0');
    expect(text).toContain('checkout_destination_pending{destination="finance"} 1');
  });

  it('says what the lanes are doing now', async () => {
    await replaceCheckout({ delivery: { status: () => Promise.resolve({ warehouse: sampleLaneStatus }) } });
    const response = await request(checkout.app).get('/status').expect(200);
    expect(response.body).toMatchObject({
      destinations: {
        warehouse: {
          inFlight: 3,
          circuit: 'open',
          circuitReason: '503 Service Unavailable',
          circuitSince: '2027-01-15T08:00:00.000Z',
          nextProbeAt: '2027-01-15T08:00:05.000Z',
          lastError: 'connect ECONNREFUSED',
          counts: sampleLaneStatus.counts,
        },
        finance: { circuit: 'closed', circuitReason: null, circuitSince: null, nextProbeAt: null },
      },
    });
  });
});

describe('health', () => {
  it('is alive, and ready only while it can do its work', async () => {
    await request(checkout.app).get('/healthz').expect(200);
    await request(checkout.app).get('/readyz').expect(200);
    checkout.readiness = { ready: false, reason: 'log-failed', detail: 'The log has failed.' };
    await request(checkout.app).get('/healthz').expect(200);
    const response = await request(checkout.app).get('/readyz').expect(503).expect('Retry-After', '1');
    expect(response.body).toMatchObject({ reason: 'log-failed', detail: 'The log has failed.' });
  });

  it('gives figures to Prometheus', async () => {
    await buy().expect(201);
    const { text } = await request(checkout.app)
      .get('/metrics')
      .expect(200)
      .expect('Content-Type', /text\/plain/);
    expect(text).toContain('checkout_purchases_total{result="accepted"} 1');
    expect(text).toContain('checkout_log_durable_sequence 1');
    expect(text).toContain('checkout_destination_pending{destination="finance"} 1');
  });
});

describe('what became of deliveries', () => {
  it('is counted for Prometheus, as the delivery thread has it: how many repeats a restart cost is no secret', async () => {
    await replaceCheckout({
      delivery: { figures: () => Promise.resolve(sampleDeliveryFigures({ warehouse: sampleLaneStatus })) },
    });
    // Twice: what is shown is not added up.
    await request(checkout.app).get('/metrics').expect(200);
    const { text } = await request(checkout.app).get('/metrics').expect(200);
    const shown = text.split('\n').filter((line) => /^checkout_deliver\w+_total/.test(line));
    expect(shown).toEqual([
      'checkout_delivery_attempts_total{destination="warehouse"} 40',
      'checkout_delivery_attempt_results_total{destination="warehouse",result="confirmed"} 30',
      'checkout_delivery_attempt_results_total{destination="warehouse",result="refused"} 2',
      'checkout_delivery_attempt_results_total{destination="warehouse",result="misdirected"} 1',
      'checkout_delivery_attempt_results_total{destination="warehouse",result="failed"} 4',
      'checkout_delivery_attempt_results_total{destination="warehouse",result="no-answer"} 3',
      'checkout_deliveries_confirmed_total{destination="warehouse"} 30',
      'checkout_deliveries_parked_total{destination="warehouse"} 2',
      'checkout_delivery_repeats_total{destination="warehouse",cause="restart"} 3',
      'checkout_delivery_repeats_total{destination="warehouse",cause="other"} 4',
      'checkout_delivery_checks_total{destination="warehouse",result="held"} 5',
      'checkout_delivery_checks_total{destination="warehouse",result="not-held"} 6',
      'checkout_delivery_checks_total{destination="warehouse",result="no-answer"} 7',
      'checkout_delivery_repeats_saved_total{destination="warehouse"} 5',
    ]);
  });
});

describe('the admin routes', () => {
  const routes = [
    ['get', '/purchases'],
    ['get', '/deliveries'],
    ['get', '/deliveries/warehouse/1'],
    ['get', '/decisions'],
    ['post', '/deliveries/warehouse/retry'],
    ['post', '/deliveries/warehouse/1/retry'],
    ['post', '/deliveries/warehouse/1/discard'],
    ['post', '/destinations/warehouse/pause'],
    ['post', '/destinations/warehouse/resume'],
  ] as const;

  it.each(routes)('%s %s is closed to everyone without the token', async (method, path) => {
    await request(checkout.app)[method](path).expect(401).expect('WWW-Authenticate', 'Bearer realm="admin"');
    await request(checkout.app)[method](path).set('Authorization', 'Bearer wrong').expect(401);
    await request(checkout.app)[method](path).set('Authorization', `Basic ${adminToken}`).expect(401);
  });

  it('lists purchases in pages, the newest included', async () => {
    for (let count = 0; count < 5; count += 1) await buy().expect(201);
    const page = async (after: number) => {
      const response = await request(checkout.app).get(`/purchases?after=${after}&limit=2`).set(asAdmin).expect(200);
      return (response.body as { purchases: { sequence: number }[] }).purchases.map(({ sequence }) => sequence);
    };
    expect([await page(0), await page(2), await page(4), await page(5)]).toEqual([[1, 2], [3, 4], [5], []]);
  });

  it.each(['after=-1', 'after=x', 'limit=0', 'limit=1001', 'limit=1.5'])('refuses ?%s', async (query) => {
    await request(checkout.app).get(`/purchases?${query}`).set(asAdmin).expect(400);
  });

  it('lists deliveries by state and destination', async () => {
    const { sequence } = (await buy().expect(201)).body as Accepted;
    await confirmed('warehouse', sequence);
    const list = async (query: string) =>
      (
        (await request(checkout.app).get(`/deliveries?${query}`).set(asAdmin).expect(200)).body as {
          deliveries: object[];
        }
      ).deliveries;
    expect(await list('state=confirmed')).toMatchObject([
      { sequence: 1, destination: 'warehouse', state: 'confirmed' },
    ]);
    expect(await list('state=pending')).toMatchObject([{ sequence: 1, destination: 'finance', state: 'pending' }]);
    expect(await list('destination=finance')).toHaveLength(1);
    expect(await list('state=parked')).toEqual([]);
    await request(checkout.app).get('/deliveries?state=lost').set(asAdmin).expect(400);
    await request(checkout.app).get('/deliveries?destination=nobody').set(asAdmin).expect(400);
  });

  it('hands a decision on, and needs a reason to give a purchase up', async () => {
    const discarded: unknown[] = [];
    await replaceCheckout({
      delivery: {
        discard: (...args) => {
          discarded.push(args);
          return Promise.resolve({ status: 'done' });
        },
      },
    });
    const discard = (body: object) =>
      request(checkout.app).post('/deliveries/finance/7/discard').set(asAdmin).send(body);
    await discard({}).expect(422);
    await discard({ reason: '  ' }).expect(422);
    await discard({ reason: 'refunded by hand' }).expect(200);
    expect(discarded).toEqual([['finance', 7, 'refunded by hand']]);
  });

  it.each([
    ['not-parked', 409],
    ['already-final', 409],
    ['no-outcome', 404],
    ['busy', 503],
    ['too-many-retrying', 503],
    ['stopped', 503],
  ] as const)('says when a decision cannot be carried out (%s)', async (reason, status) => {
    await replaceCheckout({ delivery: { retry: () => Promise.resolve({ status: 'refused', reason }) } });
    await request(checkout.app).post('/deliveries/finance/7/retry').set(asAdmin).expect(status);
  });

  it('knows no destination that is not configured', async () => {
    await request(checkout.app).post('/destinations/nobody/pause').set(asAdmin).expect(404);
    await request(checkout.app).post('/deliveries/nobody/1/retry').set(asAdmin).expect(404);
    await request(checkout.app).post('/deliveries/finance/x/retry').set(asAdmin).expect(400);
  });
});
