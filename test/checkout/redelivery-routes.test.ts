import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';

import type { DeliveryControl } from '../../services/checkout/delivery/delivery-control.js';
import { redeliveryBytesMax } from '../../services/checkout/routes/redelivery-routes.js';
import type { NotRedelivered, Sequence } from '../../shared/outbox/index.js';
import { appendReadable } from '../support/append-readable.js';
import { adminToken, openTestCheckout, type TestCheckout } from '../support/checkout-app.js';

interface Problem {
  readonly type: string;
  readonly detail: string;
  readonly errors: { pointer: string; detail: string }[];
}

type Answer = Awaited<ReturnType<DeliveryControl['redeliver']>>;

const reason = 'restored from the backup of Sunday';
const sequencesMax = 1000;

let checkout: TestCheckout;
let asked: Parameters<DeliveryControl['redeliver']>[];
let answer: Answer;
beforeEach(async () => {
  asked = [];
  answer = { status: 'done', redelivered: [], refused: [] };
  checkout = await openTestCheckout({
    delivery: {
      redeliver: (...call) => {
        asked.push(call);
        return Promise.resolve(answer);
      },
    },
  });
  await appendReadable({ journal: checkout.journal, delivery: checkout.deliveryJournal }, 1, 4);
});
afterEach(() => checkout.close());

const post = (destination = 'finance') =>
  request(checkout.app).post(`/deliveries/${destination}/redeliver`).auth(adminToken, { type: 'bearer' });
const refused = (...reasons: [number, NotRedelivered][]) =>
  reasons.map(([sequence, why]) => ({ sequence: sequence as Sequence, reason: why }));

describe('POST /deliveries/:destination/redeliver', () => {
  it('asks for all in one go, and answers with what is delivered again and what is not', async () => {
    const redelivered = [1, 3] as Sequence[];
    answer = { status: 'done', redelivered, refused: refused([2, 'parked'], [4, 'no-room']) };
    const given = await post()
      .send({ sequences: [4, 3, 2, 1], reason: ` ${reason} ` })
      .expect(200);
    expect(given.body).toEqual({
      redelivered: [1, 3],
      refused: [
        { sequence: 2, reason: 'parked' },
        { sequence: 4, reason: 'no-room' },
      ],
    });
    expect(asked).toEqual([['finance', [4, 3, 2, 1], reason]]);
  });

  it.each<NotRedelivered>(['pending', 'retrying', 'parked', 'discarded', 'no-room', 'busy'])(
    'tells of one that is not delivered again why: %s',
    async (why) => {
      answer = { status: 'done', redelivered: [], refused: refused([2, why]) };
      const given = await post()
        .send({ sequences: [2], reason })
        .expect(200);
      expect(given.body).toEqual({ redelivered: [], refused: [{ sequence: 2, reason: why }] });
    },
  );

  it('tells apart what is still to be delivered, and what there is not: an audit would look for it for ever', async () => {
    answer = { status: 'done', redelivered: [], refused: refused([4, 'no-outcome'], [5, 'no-outcome']) };
    const given = await post()
      .send({ sequences: [4, 5], reason })
      .expect(200);
    expect(given.body).toEqual({
      redelivered: [],
      refused: [
        { sequence: 4, reason: 'pending' },
        { sequence: 5, reason: 'not-found' },
      ],
    });
  });

  it('does not find what a destination was never owed', async () => {
    checkout = await checkout.reopen({ destinations: ['warehouse', 'finance', 'loyalty'] });
    await appendReadable({ journal: checkout.journal, delivery: checkout.deliveryJournal }, 5, 5);
    answer = { status: 'done', redelivered: [], refused: refused([4, 'no-outcome'], [5, 'no-outcome']) };
    const given = await post('loyalty')
      .send({ sequences: [4, 5], reason })
      .expect(200);
    expect((given.body as { refused: unknown }).refused).toEqual([
      { sequence: 4, reason: 'not-found' },
      { sequence: 5, reason: 'pending' },
    ]);
  });

  it('takes as many as it says, with the longest numbers and reason, each on a line of its own, and no more', async () => {
    const most = Array.from({ length: sequencesMax }, (_, index) => Number.MAX_SAFE_INTEGER - index);
    const longest = '\u{1F4E6}'.repeat(250);
    const text = JSON.stringify({ sequences: most, reason: longest }, null, 4).replaceAll(
      '\u{1F4E6}',
      '\\ud83d\\udce6',
    );
    expect(text.length).toBeLessThan(redeliveryBytesMax);
    await post().type('json').send(text).expect(200);
    expect(asked).toEqual([['finance', most, longest]]);
    const answered = await post()
      .send({ sequences: [...most, 1], reason })
      .expect(422);
    expect((answered.body as Problem).errors).toMatchObject([{ pointer: '#/sequences' }]);
    await post()
      .type('json')
      .send(`${text}${' '.repeat(redeliveryBytesMax)}`)
      .expect(413);
  });

  it.each<[string, object]>([
    ['#/reason', { sequences: [1] }],
    ['#/reason', { sequences: [1], reason: '  ' }],
    ['#/sequences', { reason }],
    ['#/sequences', { sequences: [], reason }],
    ['#/sequences', { sequences: 1, reason }],
    ['#/sequences', { sequences: [1, 2, 1], reason }],
    ['#/sequences/1', { sequences: [1, 0], reason }],
    ['#/sequences/0', { sequences: [1.5], reason }],
    ['#/sequences/0', { sequences: ['1'], reason }],
    ['#/sequences/0', { sequences: [Number.MAX_SAFE_INTEGER + 1], reason }],
    ['#/sequence', { sequences: [1], reason, sequence: 2 }],
  ])('points at %s in a body that is not what it must be, and nothing is done', async (pointer, body) => {
    const given = await post().send(body).expect(422);
    expect((given.body as Problem).errors).toMatchObject([{ pointer }]);
    expect(asked).toEqual([]);
  });

  it('knows only destinations that are delivered to, and says of others what they are', async () => {
    const detail = async (name: string) =>
      (
        (
          await post(name)
            .send({ sequences: [1], reason })
            .expect(404)
        ).body as Problem
      ).detail;
    expect(await detail('finanse')).toBe('There is no such destination; there are warehouse, finance.');
    checkout = await checkout.reopen({ destinations: ['warehouse'] });
    expect(await detail('finance')).toMatch(/^finance is on record but missing in DESTINATIONS/);
    checkout = await checkout.reopen({ destinations: ['warehouse'], removed: ['finance'] });
    expect(await detail('finance')).toMatch(/^finance was removed/);
    expect(asked).toEqual([]);
  });

  it('says when to ask again while the deliveries stop', async () => {
    answer = { status: 'refused', reason: 'stopped' };
    const given = await post()
      .send({ sequences: [1], reason })
      .expect(503)
      .expect('Retry-After', '1');
    expect((given.body as Problem).detail).toContain('Nothing was changed');
  });

  it('is for the admin alone', async () => {
    await request(checkout.app)
      .post('/deliveries/finance/redeliver')
      .send({ sequences: [1], reason })
      .expect(401);
    expect(asked).toEqual([]);
  });
});
