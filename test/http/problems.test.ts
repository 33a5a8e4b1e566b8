import { afterEach, describe, expect, it } from '@jest/globals';
import type { Express, Request, RequestHandler, Response } from 'express';
import request from 'supertest';
import { z } from 'zod';

import {
  createApp,
  healthRoutes,
  integerParameter,
  jsonBody,
  optionalJsonBody,
  parseBody,
  Problem,
  problems,
  rawJsonBody,
  requireBearerToken,
  type Readiness,
} from '../../shared/http/index.js';

const bytesMax = 100;
const schema = z.strictObject({ name: z.string('must be a string'), 'a/b~c': z.number().optional() });

const things: RequestHandler = (incoming, response) => {
  response.json(parseBody(schema, incoming.body));
};
const raw: RequestHandler = (incoming, response) => {
  const body: unknown = incoming.body;
  response.json({ raw: Buffer.isBuffer(body) ? body.toString() : null });
};

describe('an app', () => {
  const logged: object[] = [];
  let readiness: Readiness = { ready: true };

  const app: Express = createApp({ error: (fields) => logged.push(fields) }, (routes) => {
    routes.use(healthRoutes(() => readiness));
    routes.route('/things').post(jsonBody(bytesMax), things);
    routes.post('/maybe', optionalJsonBody(bytesMax), (incoming: Request, response: Response) => {
      response.json({ got: incoming.body as unknown });
    });
    routes.post('/raw', rawJsonBody(bytesMax), raw);
    routes.get('/admin', requireBearerToken('the-admin-token'), (_incoming, response) => {
      response.json({ welcome: true });
    });
    routes.get('/page', (incoming, response) => {
      response.json({ limit: integerParameter(incoming, 'limit', { min: 1, max: 50, default: 10 }) });
    });
    routes.get('/things/:id', (_incoming, response) => {
      response.json({});
    });
    routes.get('/bug', () => {
      throw new Error('the password is swordfish');
    });
    routes.get('/late-bug', async () => {
      await Promise.reject(new Error('the password is swordfish'));
    });
  });

  afterEach(() => {
    logged.length = 0;
    readiness = { ready: true };
  });

  const post = (body: string, type = 'application/json') =>
    request(app).post('/things').set('Content-Type', type).send(body);

  it.each([
    ['text that is no JSON', '{"name":', 400, 'malformed-json'],
    ['a string cut short', '"na', 400, 'malformed-json'],
    ['an empty body', '', 400, 'malformed-json'],
    ['JSON of another shape', '5', 422, 'invalid-body'],
    ['too many bytes', JSON.stringify({ name: 'x'.repeat(bytesMax) }), 413, 'body-too-large'],
  ])('answers %s with a problem that says so, not with a stack', async (_name, body, status, code) => {
    const answer = await post(body).expect(status);
    expect(answer.type).toBe('application/problem+json');
    expect(answer.body).toMatchObject({ type: `urn:problem-type:${code}`, status });
    expect(Object.keys(answer.body as object)).toEqual(expect.arrayContaining(['type', 'title', 'status', 'detail']));
  });

  describe('whose body may be left out', () => {
    it.each<[string, Record<string, string>]>([
      ['neither a length nor a type', {}],
      ['a type', { 'Content-Type': 'application/json' }],
      ['another type', { 'Content-Type': 'application/x-www-form-urlencoded' }],
      ['a length of nothing', { 'Content-Length': '0' }],
      ['a length of nothing and a type', { 'Content-Length': '0', 'Content-Type': 'application/json' }],
      ['no length, in chunks', { 'Transfer-Encoding': 'chunked', 'Content-Type': 'text/plain' }],
    ])('takes a request without, that says so by %s: a script of yesterday must go on', async (_how, headers) => {
      const answer = await request(app).post('/maybe').set(headers).expect(200);
      expect(answer.body).toEqual({ got: {} });
    });

    it.each([
      ['JSON', '{"name":"a"}', 'application/json', 200],
      ['JSON under another name', '{"name":"a"}', 'text/plain', 415],
      ['broken JSON', '{"name":', 'application/json', 400],
      ['too many bytes', JSON.stringify({ name: 'x'.repeat(bytesMax) }), 'application/json', 413],
    ])('reads one that is there as any other: %s', async (_what, body, type, status) => {
      const answer = await request(app).post('/maybe').set('Content-Type', type).send(body).expect(status);
      if (status === 200) expect(answer.body).toEqual({ got: { name: 'a' } });
    });
  });

  it.each(['text/plain', 'application/xml', 'multipart/form-data', 'application/json-patch+json'])(
    'answers 415 for %s',
    async (type) => {
      await post('{"name":"a"}', type).expect(415);
    },
  );

  it("has its answers kept by no cache, or a proxy could give one customer what is another's", async () => {
    for (const path of ['/page', '/page?limit=0', '/nowhere', '/bug']) {
      expect((await request(app).get(path)).headers['cache-control']).toBe('no-store');
    }
  });

  it('answers 400 for bytes that are not UTF-8, or a name would be stored with other characters in it', async () => {
    const body = Buffer.from('{"name":"Zo\xeb"}', 'latin1');
    const call = request(app).post('/things').set('Content-Type', 'application/json');
    call.write(body);
    const answer = await call.expect(400);
    expect(answer.body).toMatchObject({ type: 'urn:problem-type:malformed-json' });
  });

  it('takes JSON that names its charset', async () => {
    await post('{"name":"a"}', 'application/json; charset=utf-8').expect(200, { name: 'a' });
  });

  it('answers 415 for a compressed body, or a small one could unpack to all the memory', async () => {
    await post('{"name":"a"}').set('Content-Encoding', 'gzip').expect(415);
  });

  it('points at each fault, escaped as RFC 6901 says', async () => {
    const answer = await post('{"a/b~c":"x","extra":1}').expect(422);
    expect((answer.body as { errors: object[] }).errors).toEqual(
      expect.arrayContaining([
        { detail: 'is required', pointer: '#/name' },
        { detail: 'unknown field', pointer: '#/extra' },
        expect.objectContaining({ pointer: '#/a~1b~0c' }),
      ]),
    );
  });

  it('leaves a raw body byte for byte, or no signature would fit', async () => {
    const body = '{ "a" : 1.0,\n"a":2 }';
    const answer = await request(app).post('/raw').set('Content-Type', 'application/json').send(body).expect(200);
    expect(answer.body).toEqual({ raw: body });
  });

  it('answers 405 with Allow and 404 as problems', async () => {
    const answer = await request(app).put('/things').expect(405);
    expect(answer.headers.allow).toBe('POST');
    expect(answer.body).toMatchObject({ type: 'urn:problem-type:method-not-allowed' });
    const nothing = await request(app).get('/nothing').expect(404);
    expect(nothing.body).toMatchObject({ type: 'urn:problem-type:not-found' });
  });

  it('answers 400 for an address that cannot be decoded', async () => {
    const answer = await request(app).get('/things/%E0%A4%A').expect(400);
    expect(answer.type).toBe('application/problem+json');
  });

  it.each(['/bug', '/late-bug'])('hides from the client what went wrong at %s, and logs it', async (path) => {
    const answer = await request(app).get(path).expect(500);
    expect(answer.text).not.toContain('swordfish');
    expect(logged).toHaveLength(1);
  });

  it.each([
    ['no header', undefined, ''],
    ['another token', 'Bearer the-admin-tokem', ', error="invalid_token"'],
    ['a beginning of the token', 'Bearer the-admin', ', error="invalid_token"'],
    ['another scheme', 'Basic the-admin-token', ''],
    ['no token', 'Bearer ', ''],
    ['two tokens', 'Bearer the-admin-token the-admin-token', ', error="invalid_token"'],
  ])(
    'keeps the admin routes shut for %s, and says whether it was a token that is wrong',
    async (_name, header, error) => {
      const call = request(app).get('/admin');
      const answer = await (header === undefined ? call : call.set('Authorization', header)).expect(401);
      expect(answer.headers['www-authenticate']).toBe(`Bearer realm="admin"${error}`);
      expect(answer.body).toMatchObject({ type: 'urn:problem-type:unauthorized' });
    },
  );

  it('opens them for the token; the name of the scheme may be written in any case', async () => {
    await request(app).get('/admin').set('Authorization', 'Bearer the-admin-token').expect(200);
    await request(app).get('/admin').set('Authorization', 'bearer the-admin-token').expect(200);
  });

  it('reads whole numbers from the query, within bounds', async () => {
    await request(app).get('/page').expect(200, { limit: 10 });
    await request(app).get('/page?limit=50').expect(200, { limit: 50 });
    for (const bad of ['0', '51', '', 'x', '1e1', '+1', '1&limit=2']) {
      const answer = await request(app).get(`/page?limit=${bad}`).expect(400);
      expect(answer.body).toMatchObject({ detail: 'limit must be a whole number from 1 to 50.' });
    }
  });

  it('is alive even while it is not ready, and says why it is not', async () => {
    readiness = { ready: false, reason: 'disk-full', detail: 'The disk is full.' };
    await request(app).get('/healthz').expect(200, { status: 'alive' });
    const answer = await request(app).get('/readyz').expect(503);
    expect(answer.body).toMatchObject({ reason: 'disk-full', detail: 'The disk is full.' });
    expect(answer.headers['retry-after']).toBe('1');
    readiness = { ready: true };
    await request(app).get('/readyz').expect(200, { status: 'ready' });
  });

  it('does not name its framework', async () => {
    const answer = await request(app).get('/healthz');
    expect(answer.headers['x-powered-by']).toBeUndefined();
  });
});

describe('a problem', () => {
  it('carries its cause for the log and not for the client', () => {
    const problem = problems.internal(new Error('secret'));
    expect(problem).toBeInstanceOf(Problem);
    expect(problem.cause).toBeInstanceOf(Error);
    expect(JSON.stringify(problem)).not.toContain('secret');
  });
});
