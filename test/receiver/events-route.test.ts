import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';

import { deliveryLimits } from '../../shared/receiver/index.js';
import { deliver, deliverText } from '../support/deliver.js';
import { openReceiver, type ReceiverFixture } from '../support/receiver-fixture.js';
import { sampleEvent, sampleId } from '../support/sample-event.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

describe('POST /events', () => {
  const directory = temporaryDirectories();
  let fixture: ReceiverFixture;

  beforeEach(() => {
    fixture = openReceiver(directory());
  });
  afterEach(() => {
    fixture.close();
  });

  describe('with one event', () => {
    it('applies it and says so, or the checkout would never learn that it arrived', async () => {
      const answer = await deliver(fixture.app, sampleEvent(1)).expect(200);
      expect(answer.body).toEqual({ status: 'applied' });
      expect(fixture.applied()).toEqual([sampleId(1)]);
    });

    it('applies a repeat only once, or a retry would ship and book a purchase twice', async () => {
      await deliver(fixture.app, sampleEvent(1)).expect(200);
      const answer = await deliver(fixture.app, sampleEvent(1)).expect(200);
      expect(answer.body).toEqual({ status: 'duplicate' });
      expect(fixture.applied()).toEqual([sampleId(1)]);
      expect(fixture.observed).toEqual(['applied', 'duplicate']);
    });

    it('applies it once when the same delivery comes many times at the same time', async () => {
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => deliver(fixture.app, sampleEvent(1)).expect(200)),
      );
      const statuses = answers.map((answer) => (answer.body as { status: string }).status).sort();
      expect(statuses).toEqual(['applied', ...Array.from({ length: 7 }, () => 'duplicate')]);
      expect(fixture.applied()).toEqual([sampleId(1)]);
    });

    it('knows a repeat whose fields stand in another order, or a new version of the sender would be refused', async () => {
      await deliver(fixture.app, sampleEvent(1)).expect(200);
      const { type, timestamp, data } = sampleEvent(1);
      const turned = { data: Object.fromEntries(Object.entries(data).reverse()), timestamp, type };
      const answer = await deliverText(fixture.app, JSON.stringify(turned, null, 2), data.id).expect(200);
      expect(answer.body).toEqual({ status: 'duplicate' });
    });

    it('refuses the same id with other content, or one of two different purchases would vanish in silence', async () => {
      await deliver(fixture.app, sampleEvent(1)).expect(200);
      const answer = await deliver(fixture.app, sampleEvent(1, { customerId: 'bob' })).expect(409);
      expect(answer.type).toBe('application/problem+json');
      expect(answer.body).toMatchObject({ type: 'urn:problem-type:conflicting-event', status: 409 });
      // It may be any text, and is known to who sent it.
      expect(answer.text).not.toContain(sampleId(1));
      expect(fixture.applied()).toEqual([sampleId(1)]);
    });

    it('takes another purchase with a used sequence, or those of a rebuilt checkout would be lost', async () => {
      await deliver(fixture.app, sampleEvent(1)).expect(200);
      const answer = await deliver(fixture.app, sampleEvent(2, { sequence: 1 })).expect(200);
      expect(answer.body).toEqual({ status: 'applied' });
      expect(fixture.applied()).toEqual([sampleId(1), sampleId(2)]);
    });

    it('refuses a webhook-id that is not the id of the event, or a repeat could not be known by it', async () => {
      const answer = await deliver(fixture.app, sampleEvent(1), { id: sampleId(2) }).expect(400);
      expect(answer.body).toMatchObject({ type: 'urn:problem-type:webhook-id-mismatch' });
      expect(fixture.applied()).toEqual([]);
    });

    it('applies nothing that is unsigned, badly signed or stale, or anyone could order for free', async () => {
      const other = `whsec_${Buffer.from('not the secret of this service').toString('base64')}`;
      const stale = new Date(Date.now() - 10 * 60_000);
      await request(fixture.app).post('/events').send(sampleEvent(1)).expect(401);
      await deliver(fixture.app, sampleEvent(1), { secret: other }).expect(401);
      const answer = await deliver(fixture.app, sampleEvent(1), { at: stale }).expect(401);
      expect(answer.body).toMatchObject({ type: 'urn:problem-type:bad-signature' });
      expect(answer.headers['www-authenticate']).toBe('Standard-Webhooks');
      expect(fixture.applied()).toEqual([]);
      expect(fixture.observed).toEqual(['unauthenticated', 'unauthenticated', 'unauthenticated']);
    });

    it.each([
      ['no JSON', '{"type":'],
      ['nothing', ''],
      ['a byte order mark', '\ufeff{}'],
    ])('answers 400 for %s', async (_name, body) => {
      const answer = await deliverText(fixture.app, body, 'any').expect(400);
      expect(answer.body).toMatchObject({ type: 'urn:problem-type:malformed-json' });
    });

    it.each(['null', '5', '"text"', '{}'])('answers 422 for %s, which is JSON but no event', async (body) => {
      const answer = await deliverText(fixture.app, body, 'any').expect(422);
      expect(answer.body).toMatchObject({ type: 'urn:problem-type:invalid-body' });
    });

    it('points at each fault of an event, or nobody could find out why a purchase is parked', async () => {
      const event = sampleEvent(1, { currency: 'XXX', total: 1 });
      const answer = await deliver(fixture.app, { ...event, extra: 1 } as typeof event).expect(422);
      const { errors } = answer.body as { errors: { pointer: string }[] };
      expect(errors.map(({ pointer }) => pointer)).toEqual(expect.arrayContaining(['#/data/currency', '#/extra']));
      expect(fixture.observed).toEqual(['rejected']);
    });

    it('answers 415 for another media type and 405 with Allow for another method', async () => {
      await request(fixture.app).post('/events').type('text/plain').send('{}').expect(415);
      const answer = await request(fixture.app).get('/events').expect(405);
      expect(answer.headers.allow).toBe('POST');
    });

    it('answers 413 for a body beyond the limit, or one sender could take all the memory', async () => {
      const body = ' '.repeat(deliveryLimits.bodyBytesMax + 1);
      await deliverText(fixture.app, body, 'any').expect(413);
    });

    it('keeps nothing of an event whose effect fails, and applies it when it is sent again', async () => {
      let fail = true;
      fixture.close();
      fixture = openReceiver(directory(), {
        effect: () => {
          if (fail) throw new Error('out of paper');
        },
      });
      await deliver(fixture.app, sampleEvent(1)).expect(500);
      expect(fixture.observed).toEqual(['retry']);
      fail = false;
      const answer = await deliver(fixture.app, sampleEvent(1)).expect(200);
      expect(answer.body).toEqual({ status: 'applied' });
    });

    it('logs no customer, or the logs would have to be guarded like the data', async () => {
      await deliver(fixture.app, sampleEvent(1, { customerId: 'mallory' })).expect(200);
      await deliver(fixture.app, sampleEvent(1, { customerId: 'trudy' })).expect(409);
      expect(fixture.log.lines).toHaveLength(2);
      expect(JSON.stringify(fixture.log.lines)).not.toMatch(/mallory|trudy|BOOK-1/);
    });
  });

  describe('with a batch', () => {
    it('answers for each event in order, and a bad one does not fail its neighbours', async () => {
      await deliver(fixture.app, sampleEvent(2)).expect(200);
      const bad = sampleEvent(3, { total: 1 });
      const conflict = sampleEvent(2, { customerId: 'bob' });
      const batch = [sampleEvent(1), sampleEvent(2), bad, { data: { id: 7 } }, null, conflict, sampleEvent(4)];
      const answer = await deliver(fixture.app, batch).expect(200);
      const { results } = answer.body as { results: { id: string | null; status: string; detail?: string }[] };
      expect(results.map(({ id, status }) => [id, status])).toEqual([
        [sampleId(1), 'applied'],
        [sampleId(2), 'duplicate'],
        [sampleId(3), 'rejected'],
        [null, 'rejected'],
        [null, 'rejected'],
        [sampleId(2), 'rejected'],
        [sampleId(4), 'applied'],
      ]);
      expect(results[2]?.detail).toContain('#/data/total');
      expect(fixture.applied()).toEqual([sampleId(2), sampleId(1), sampleId(4)]);
    });

    it('applies an event that stands twice in a batch once', async () => {
      const answer = await deliver(fixture.app, [sampleEvent(1), sampleEvent(1)]).expect(200);
      expect(answer.body).toEqual({
        results: [
          { id: sampleId(1), status: 'applied' },
          { id: sampleId(1), status: 'duplicate' },
        ],
      });
      expect(fixture.applied()).toEqual([sampleId(1)]);
    });

    it('asks to retry an event whose effect fails, and keeps the others', async () => {
      fixture.close();
      fixture = openReceiver(directory(), {
        effect: ({ data }) => {
          if (data.sequence === 2) throw new Error('out of paper');
        },
      });
      const answer = await deliver(fixture.app, [sampleEvent(1), sampleEvent(2), sampleEvent(3)]).expect(200);
      const { results } = answer.body as { results: { status: string }[] };
      expect(results.map(({ status }) => status)).toEqual(['applied', 'retry', 'applied']);
      expect(fixture.log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    });

    it('refuses an empty batch and one that is too long', async () => {
      await deliver(fixture.app, []).expect(422);
      await deliver(
        fixture.app,
        Array.from({ length: deliveryLimits.eventsMax + 1 }, () => 0),
      ).expect(422);
    });

    it('takes a batch of the largest events, or a sender would be stuck with one it may send', async () => {
      const items = Array.from({ length: 100 }, (_, line) => ({
        sku: String(line).padStart(64, '"'),
        quantity: 1_000_000,
        unitPrice: 10_000,
      }));
      const changes = { customerId: '€'.repeat(128), items };
      const batch = Array.from({ length: deliveryLimits.eventsMax }, (_, n) => sampleEvent(n + 1, changes));
      const answer = await deliver(fixture.app, batch).expect(200);
      const { results } = answer.body as { results: { status: string }[] };
      expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['applied']));
    });
  });
});
