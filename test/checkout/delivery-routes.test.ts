import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';

import type { DeliveryControl } from '../../services/checkout/delivery/delivery-control.js';
import type { EpochMs, Outcome } from '../../shared/outbox/index.js';
import { appendReadable } from '../support/append-readable.js';
import { adminToken, openTestCheckout, type TestCheckout } from '../support/checkout-app.js';
import { discarded, parked, retriedByPerson } from '../support/sample-outcome.js';
import { sampleAcceptedAt, sampleId } from '../support/sample-purchase.js';

const asAdmin = { Authorization: `Bearer ${adminToken}` };
const instant = (ms: number) => new Date(ms).toISOString();
const decided = (ms: number, why?: string) => ({ at: ms as EpochMs, why });

interface Problem {
  readonly type: string;
  readonly detail: string;
  readonly errors: { pointer: string }[];
}

let checkout: TestCheckout;
let asked: unknown[][];

/** An app whose deliveries refuse what they are asked for, or do it; what they were asked is in `asked`. */
async function open(answer: Awaited<ReturnType<DeliveryControl['retry']>> = { status: 'done' }): Promise<void> {
  asked = [];
  const take =
    (name: string) =>
    (...args: unknown[]) => {
      asked.push([name, ...args]);
      return Promise.resolve(answer);
    };
  const [retry, discard, pause, resume] = ['retry', 'discard', 'pause', 'resume'].map(take);
  const retryParked: DeliveryControl['retryParked'] = (...args) => {
    asked.push(['retryParked', ...args]);
    return Promise.resolve({ status: 'done', retried: 0, more: false });
  };
  checkout = await openTestCheckout({
    delivery: { ...{ retry, discard, pause, resume }, retryParked } as DeliveryControl,
  });
  await appendReadable({ journal: checkout.journal, delivery: checkout.deliveryJournal }, 1, 4);
}

const settle = (destination: string, ...outcomes: Outcome[]) => checkout.deliveryJournal.settle(destination, outcomes);
const get = (path: string) => request(checkout.app).get(path).set(asAdmin);
const post = (path: string) => request(checkout.app).post(path).set(asAdmin);

beforeEach(() => open());
afterEach(() => checkout.close());

describe('GET /deliveries/:destination/:sequence', () => {
  it('shows all that a person needs to decide: what was said, what it is about, and what was decided before', async () => {
    await settle('finance', parked(2, '422 unknown currency'));
    await settle('finance', retriedByPerson(2, 'the currency is there now'));
    await settle('finance', parked(2, '422 still unknown', 2));
    await settle('finance', parked(1), retriedByPerson(1));
    const answer = await get('/deliveries/finance/2').expect(200);
    expect(answer.body).toEqual({
      ...{ sequence: 2, destination: 'finance', state: 'parked', attempts: 2 },
      ...{ parkedAt: instant(1002), lastError: '422 still unknown' },
      purchase: {
        ...{ sequence: 2, id: sampleId(2), customerId: expect.any(String), currency: expect.any(String) },
        ...{ total: expect.any(Number), acceptedAt: instant(sampleAcceptedAt(2)) },
      },
      decisions: [
        {
          ...{ number: 1, at: instant(1002), what: 'retry', destination: 'finance', sequence: 2 },
          ...{ why: 'the currency is there now', before: 'parked after 1 attempt: 422 unknown currency' },
        },
      ],
    });
  });

  it('shows one that has no outcome yet as pending: it is owed, and will be delivered', async () => {
    const answer = await get('/deliveries/finance/4').expect(200);
    expect(answer.body).toMatchObject({ state: 'pending', attempts: 0, purchase: { id: sampleId(4) }, decisions: [] });
  });

  it.each([
    ['/deliveries/finance/99', 404, 'There is no purchase 99.'],
    ['/deliveries/nobody/1', 404, 'There is no such destination; there are warehouse, finance.'],
    ['/deliveries/finance/0', 400, 'sequence must be a whole number from 1.'],
  ])('says why there is none at %s', async (path, status, detail) => {
    expect((await get(path).expect(status)).body).toMatchObject({ detail });
  });
});

describe('GET /decisions', () => {
  const numbers = async (query: string) =>
    ((await get(`/decisions${query}`).expect(200)).body as { decisions: { number: number }[] }).decisions.map(
      ({ number }) => number,
    );
  beforeEach(async () => {
    await settle('finance', parked(1), parked(2));
    await checkout.deliveryJournal.setPaused('warehouse', true, decided(5000, 'stock-taking'));
    await settle('finance', discarded(1, 'refunded'), retriedByPerson(2));
  });

  it('lists them in the order in which they took effect, with what is known of each', async () => {
    const before = 'parked after 1 attempt: HTTP 422';
    expect((await get('/decisions').expect(200)).body).toEqual({
      decisions: [
        { number: 1, at: instant(5000), what: 'pause', destination: 'warehouse', why: 'stock-taking' },
        {
          ...{ number: 2, at: instant(1001), what: 'discard', destination: 'finance', sequence: 1 },
          ...{ why: 'refunded', before },
        },
        { number: 3, at: instant(1002), what: 'retry', destination: 'finance', sequence: 2, before },
      ],
    });
  });

  it.each([
    ['?limit=2', [1, 2]],
    ['?after=2&limit=2', [3]],
    ['?destination=finance', [2, 3]],
    ['?destination=finance&after=2', [3]],
    ['?destination=finance&sequence=1', [2]],
    ['?destination=warehouse&sequence=1', []],
  ])('lists those asked for (%s)', async (query, expected) => {
    expect(await numbers(query)).toEqual(expected);
  });

  it.each([
    ['?destination=finanze', 'destination'],
    ['?destination=finance&destination=warehouse', 'destination'],
    ['?sequence=1', 'sequence'],
    ['?destination=finance&sequence=x', 'sequence'],
    ['?destination=finance&sequence=', 'sequence'],
    ['?limit=0', 'limit'],
    ['?after=-1', 'after'],
  ])('refuses %s: an empty list would say that nobody decided anything', async (query, name) => {
    const answer = await get(`/decisions${query}`).expect(400);
    expect((answer.body as Problem).detail).toMatch(new RegExp(`^${name} `));
  });

  it('names the destinations that there are to whoever misspelt one', async () => {
    const answer = await get('/decisions?destination=finanze').expect(400);
    expect((answer.body as Problem).detail).toMatch(/must be one of (warehouse, finance|finance, warehouse)/);
  });
});

describe('a reason', () => {
  const routes = [
    ['/deliveries/finance/2/retry', ['retry', 'finance', 2]],
    ['/deliveries/finance/retry', ['retryParked', 'finance']],
    ['/destinations/finance/pause', ['pause', 'finance']],
    ['/destinations/finance/resume', ['resume', 'finance']],
  ] as const;

  it.each(routes)('goes with what is asked for by POST %s, or is left out', async (path, call) => {
    await post(path).send({ reason: '  because ' }).expect(200);
    await post(path).send({}).expect(200);
    await post(path).expect(200);
    await post(path).set('Content-Type', 'application/x-www-form-urlencoded').expect(200);
    expect(asked).toEqual(['because', undefined, undefined, undefined].map((why) => [...call, why]));
  });

  it.each(routes.map(([path]) => path))(
    'that cannot be read is refused by POST %s, and nothing is done',
    async (path) => {
      for (const body of [
        { reason: '' },
        { reason: 7 },
        { reason: null },
        { reason: 'x'.repeat(501) },
        { raeson: 'x' },
      ]) {
        const answer = await post(path).send(body).expect(422);
        expect((answer.body as Problem).errors).toMatchObject([{ pointer: `#/${Object.keys(body)[0]}` }]);
      }
      await post(path).send('[]').set('Content-Type', 'application/json').expect(422);
      await post(path).send('because').set('Content-Type', 'text/plain').expect(415);
      await post(path).send('{"reason":').set('Content-Type', 'application/json').expect(400);
      expect(asked).toEqual([]);
    },
  );
});

describe('a decision that is not carried out', () => {
  const refusedBy = async (path: string, status: number) =>
    (await post(path).send({ reason: 'why not' }).expect(status)).body as Problem;

  it.each(['retry', 'discard'])(
    '%s: says that a delivery is still to be made, and not that there is none',
    async (what) => {
      await checkout.close();
      await open({ status: 'refused', reason: 'no-outcome' });
      const problem = await refusedBy(`/deliveries/finance/4/${what}`, 409);
      expect(problem.type).toBe('urn:problem-type:delivery-state');
      expect(problem.detail).toMatch(/still to be delivered.*wait for its outcome, or pause the destination/);
      expect((await refusedBy(`/deliveries/finance/5/${what}`, 404)).detail).toBe('There is no purchase 5.');
    },
  );

  it.each([
    ['busy', '1', /is just being recorded.*ask again in a moment/],
    ['too-many-retrying', '5', /option `retrying`.*ask again when some have been delivered/],
    ['stopped', '1', /being stopped.*ask again when the service is ready/],
  ] as const)(
    'for a reason that passes (%s), says that nothing was changed and when to ask again',
    async (reason, seconds, words) => {
      await checkout.close();
      await open({ status: 'refused', reason });
      const answer = await post('/deliveries/finance/4/retry').expect(503).expect('Retry-After', seconds);
      expect((answer.body as Problem).detail).toMatch(words);
      expect((answer.body as Problem).detail).toContain('Nothing was changed');
    },
  );
});
