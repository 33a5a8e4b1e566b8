import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import express, { Router, type ErrorRequestHandler, type Express, type RequestHandler } from 'express';

import {
  createEventsReceiver,
  receiveEvents,
  type EventsReceiver,
  type ReceiveEventsOptions,
} from '../../shared/receiver/kit/index.js';
import { deliver, deliverText, secret, signedHeaders } from '../support/deliver.js';
import { RecordingLog } from '../support/receiver-fixture.js';
import { sampleEvent, sampleId } from '../support/sample-event.js';
import { temporaryDirectories } from '../support/temporary-directory.js';
import { waitUntil } from '../../shared/shop-client/wait-until.js';

describe('the receiver kit in an app of somebody else', () => {
  const directory = temporaryDirectories();
  let database: Database.Database;
  let log: RecordingLog;
  let failures: unknown[];
  beforeEach(() => {
    database = new Database(join(directory(), 'theirs.sqlite'));
    database.exec('CREATE TABLE effects (id TEXT NOT NULL)');
    log = new RecordingLog();
    failures = [];
  });
  afterEach(() => {
    database.close();
  });

  const applied = () => database.prepare<[], string>('SELECT id FROM effects ORDER BY rowid').pluck().all();
  const apply = ({ data }: { data: { id: string } }) => {
    database.prepare('INSERT INTO effects VALUES (?)').run(data.id);
  };
  const options = (changes: Partial<ReceiveEventsOptions> = {}): ReceiveEventsOptions => ({
    ...{ database, secrets: [secret], apply, log },
    ...changes,
  });
  /** Answers as Express does by itself: with the error's own status. */
  const theirErrors: ErrorRequestHandler = (error: Error & { status?: number }, _request, response, _next) => {
    failures.push(error);
    response.status(error.status ?? 500).send('theirs');
  };
  const appWith = (handler: RequestHandler, ...before: RequestHandler[]): Express => {
    const app = express();
    for (const each of before) app.use(each);
    app.post('/events', handler);
    app.use(theirErrors);
    return app;
  };
  const keepBytes = express.json({
    verify: (request, _response, bytes) => {
      (request as { rawBody?: Buffer }).rawBody = bytes;
    },
  });

  describe('wherever it stands', () => {
    const spaced = JSON.stringify(sampleEvent(1), null, 3);
    it.each<[string, RequestHandler[]]>([
      ['before all parsers', []],
      ['behind express.raw()', [express.raw({ type: () => true })]],
      ['behind express.json() that keeps the bytes', [keepBytes]],
      ['behind a parser that is not for JSON', [express.urlencoded(), express.text()]],
    ])('checks the bytes as they came: %s', async (_where, before) => {
      const app = appWith(receiveEvents(options()), ...before);
      const signed = signedHeaders(sampleId(1), spaced);
      await deliverText(app, JSON.stringify(sampleEvent(1)), sampleId(1))
        .set(signed)
        .expect(401);
      await deliverText(app, spaced, sampleId(1)).expect(200, { status: 'applied' });
      expect(applied()).toEqual([sampleId(1)]);
    });

    it.each<[string, RequestHandler]>([
      ['express.json()', express.json()],
      ['express.text()', express.text({ type: () => true })],
    ])('behind %s, says what to do, and keeps senders from giving up what they have', async (_name, parser) => {
      const app = appWith(receiveEvents(options()), parser);
      const answer = await deliver(app, sampleEvent(1)).expect(500);
      const advice = expect.stringContaining('Mount receiveEvents before express.json()');
      expect(answer.body).toMatchObject({ type: 'urn:problem-type:raw-body-gone', detail: advice });
      expect(log.lines).toMatchObject([{ level: 'error', message: advice }]);
      expect(applied()).toEqual([]);
    });

    it('takes deliveries under any path', async () => {
      const router = Router();
      router.post('/hooks/:shop', receiveEvents(options()));
      const app = appWith((_request, _response, next) => {
        next();
      });
      app.use('/v1', router);
      const body = JSON.stringify(sampleEvent(1));
      await deliverText(app, body, sampleId(1)).expect(404);
      const answer = await deliverText(app, body, sampleId(1), {}, '/v1/hooks/uk').expect(200);
      expect(answer.body).toEqual({ status: 'applied' });
    });
  });

  describe('with an effect that goes wrong', () => {
    it('asks for another try, whatever status the error bears, or a purchase would be parked for a bug', async () => {
      let fault: Error | undefined = Object.assign(new Error('no such customer'), { status: 404, statusCode: 404 });
      const handler = receiveEvents(
        options({
          apply: (event) => {
            apply(event);
            if (fault !== undefined) throw fault;
          },
        }),
      );
      const app = appWith(handler);
      await deliver(app, sampleEvent(1)).expect(500);
      expect(failures).toMatchObject([{ cause: fault }]);
      const batch = await deliver(app, [sampleEvent(1)]).expect(200);
      expect(batch.body).toMatchObject({ results: [{ id: sampleId(1), status: 'retry' }] });
      expect(applied()).toEqual([]);
      fault = undefined;
      await deliver(app, sampleEvent(1)).expect(200, { status: 'applied' });
    });

    it('refuses one that is asynchronous, or its work would be outside the transaction', async () => {
      const asynchronous = (async (event: { data: { id: string } }) => {
        apply(event);
        await Promise.resolve();
      }) as unknown as typeof apply;
      await deliver(appWith(receiveEvents(options({ apply: asynchronous }))), sampleEvent(1)).expect(500);
      expect(failures).toMatchObject([{ cause: { message: expect.stringContaining('must be synchronous') } }]);
      expect(applied()).toEqual([]);
    });
  });

  describe('without a schema', () => {
    it('takes whatever has an id, and knows a repeat whose fields stand in another order', async () => {
      const app = appWith(receiveEvents(options()));
      const event = { type: 'anything.else', data: { id: 'A-1', b: [{ d: 1, c: 2 }], a: null } };
      const turned = { data: { a: null, b: [{ c: 2, d: 1 }], id: 'A-1' }, type: 'anything.else' };
      const other = { data: { ...event.data, b: [{ d: 1, c: 3 }] } };
      await deliverText(app, JSON.stringify(event), 'A-1').expect(200, { status: 'applied' });
      await deliverText(app, JSON.stringify(turned), 'A-1').expect(200, { status: 'duplicate' });
      await deliverText(app, JSON.stringify(other), 'A-1').expect(409);
      expect(applied()).toEqual(['A-1']);
    });

    it.each([
      ['null', null],
      ['a number', 5],
      ['no data', {}],
      ['no id', { data: {} }],
      ['an id that is empty', { data: { id: '' } }],
      ['an id that is no text', { data: { id: 7 } }],
      ['an id without end', { data: { id: 'x'.repeat(256) } }],
    ])('refuses %s for good', async (_name, event) => {
      const answer = await deliverText(appWith(receiveEvents(options())), JSON.stringify(event), 'any').expect(422);
      expect(answer.body).toMatchObject({ errors: [{ pointer: '#/data/id' }] });
    });
  });

  it('refuses what the parser throws at, in its words, alone and among others', async () => {
    const parse = (given: unknown) => {
      const event = given as ReturnType<typeof sampleEvent>;
      if (event.data.currency !== 'GBP') throw new Error('we only know pounds');
      return event as never;
    };
    const app = appWith(receiveEvents(options({ parse })));
    const euros = sampleEvent(2, { currency: 'EUR' });
    const answer = await deliver(app, euros).expect(422);
    expect(answer.body).toMatchObject({ errors: [{ detail: 'we only know pounds' }] });
    const batch = await deliver(app, [sampleEvent(1), euros, sampleEvent(3)]).expect(200);
    expect(batch.body).toMatchObject({
      results: [{ status: 'applied' }, { status: 'rejected', detail: '# we only know pounds' }, { status: 'applied' }],
    });
    expect(applied()).toEqual([sampleId(1), sampleId(3)]);
  });

  it('has the limits that it is given', async () => {
    const app = appWith(receiveEvents(options({ toleranceSeconds: 30, eventsMax: 2, bodyBytesMax: 2000 })));
    await deliver(app, sampleEvent(1), { at: new Date(Date.now() - 60_000) }).expect(401);
    await deliver(app, [sampleEvent(1), sampleEvent(2)]).expect(200);
    await deliver(app, [sampleEvent(1), sampleEvent(2), sampleEvent(3)]).expect(422);
    await deliverText(app, ' '.repeat(2001), 'any').expect(413);
  });

  it('does not begin on a database that forgets what it confirmed, or a power cut would lose purchases', () => {
    database.pragma('journal_mode = WAL');
    expect(() => receiveEvents(options())).toThrow("set database.pragma('synchronous = FULL')");
    database.pragma('synchronous = FULL');
    expect(() => receiveEvents(options())).not.toThrow();

    const again = new Database(database.name);
    expect(() => receiveEvents(options({ database: again }))).toThrow('synchronous');
    again.close();
  });

  describe('on a full disk', () => {
    let receiver: EventsReceiver;
    it('turns deliveries away, says so, and takes them once there is space', async () => {
      receiver = createEventsReceiver(options());
      const app = appWith(receiver.handle);
      const batch = Array.from({ length: 500 }, (_, n) => sampleEvent(n + 1));
      const pages = database.pragma('page_count', { simple: true }) as number;
      database.pragma(`max_page_count = ${pages}`);
      const answer = await deliver(app, batch).expect(503);
      expect(answer.headers['retry-after']).toBe('5');
      expect(receiver.refusal).toContain('The disk is full');
      database.pragma(`max_page_count = ${pages + 1000}`);
      await waitUntil(
        'there is space',
        () => Promise.resolve(receiver.refusal),
        (refusal) => refusal === undefined,
      );
      expect(applied()).toHaveLength(500);
      receiver.close();
      await deliver(app, sampleEvent(501)).expect(500);
    });
  });
});
