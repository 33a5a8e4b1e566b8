import { describe, expect, it } from '@jest/globals';
import { Router } from 'express';
import request from 'supertest';

import { createApp, problems, produces, producesAnyway } from '../../shared/http/index.js';

const app = createApp({ error: () => undefined }, (routes) => {
  const router = Router();
  router.route('/both').get((_request, response) => {
    response.json({ some: 'thing' });
  });
  router.route('/both').put((_request, response) => {
    response.status(204).end();
  });
  router
    .route('/thing/:id')
    .get((_request, response) => {
      response.json({ some: 'thing' });
    })
    .delete(() => {
      throw problems.notFound('It is gone.');
    });
  const outer = Router();
  outer.use(router);
  routes.use(outer);
  routes.get('/direct', (_request, response) => {
    response.json({ some: 'thing' });
  });
  routes.route('/figures').get(produces('text/plain'), (_request, response) => {
    response.type('text/plain').send('figures 1\n');
  });
  routes.route('/alive').get(producesAnyway(), (_request, response) => {
    response.json({ status: 'alive' });
  });
});

describe('every route, wherever it was made', () => {
  it.each([
    ['/thing/1', 'DELETE, GET, HEAD'],
    ['/direct', 'GET, HEAD'],
    ['/figures', 'GET, HEAD'],
    ['/alive', 'GET, HEAD'],
  ])('%s says with OPTIONS, and to those who use another method, what it has', async (path, allow) => {
    const options = await request(app).options(path).set('Accept', 'text/html').expect(204).expect('Allow', allow);
    expect(options.text).toBe('');
    const refused = await request(app).patch(path).expect(405).expect('Allow', allow);
    expect(refused.body).toMatchObject({ type: 'urn:problem-type:method-not-allowed' });
  });

  it.each(['/thing/1', '/direct', '/figures', '/alive', '/nothing', '/thing/%zz'])(
    'answers HEAD as GET, without the body: %s',
    async (path) => {
      const [head, get] = await Promise.all([request(app).head(path), request(app).get(path)]);
      expect(head.text).toBeUndefined();
      const told = ({ status, headers }: request.Response) => [
        status,
        (headers as object as Record<string, string>)['content-type'],
        (headers as object as Record<string, string>)['content-length'],
      ];
      expect(told(head)).toEqual(told(get));
    },
  );

  it('is told by no cross-origin header that pages of others may use it', async () => {
    const answer = await request(app).options('/direct').set('Origin', 'http://evil.example');
    expect(Object.keys(answer.headers as object).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('has all the methods of its path, wherever they were given', async () => {
    await request(app).get('/both').expect(200);
    await request(app).put('/both').expect(204);
    await request(app).options('/both').expect(204).expect('Allow', 'GET, HEAD, PUT');
    await request(app).delete('/both').expect(405).expect('Allow', 'GET, HEAD, PUT');
  });

  it('does not come to be by being asked for its options', async () => {
    const answer = await request(app).options('/nothing').expect(404);
    expect(answer.body).toMatchObject({ type: 'urn:problem-type:not-found' });
  });
});

describe('a client that says what it accepts', () => {
  const get = (path: string, accept: string) => request(app).get(path).set('Accept', accept);

  it.each([
    '*/*',
    '',
    'application/json',
    'application/*',
    'text/html, */*;q=0.1',
    'APPLICATION/JSON',
    'application/problem+json',
  ])('gets what there is if it admits that: "%s"', async (accept) => {
    await get('/direct', accept).expect(200);
  });

  it.each([
    'text/html',
    'application/xml, text/*',
    'application/json;q=0, application/problem+json;q=0, text/html',
    '<script>',
  ])('is told what there is if it excludes that: "%s"', async (accept) => {
    const answer = await get('/direct', accept)
      .expect(406)
      .expect('Content-Type', /^application\/problem\+json/);
    expect(answer.body).toMatchObject({ type: 'urn:problem-type:not-acceptable' });
    expect(answer.text).not.toContain('<');
  });

  it('is told of errors all the same', async () => {
    const answer = await request(app).delete('/thing/1').set('Accept', 'application/json').expect(404);
    expect(answer.body).toMatchObject({ detail: 'It is gone.' });
    await get('/nothing', 'text/html')
      .expect(404)
      .expect('Content-Type', /^application\/problem\+json/);
  });

  it('is judged by what the route produces, or not at all where a refusal would be taken for an outage', async () => {
    await get('/figures', 'text/plain').expect(200);
    await get('/figures', 'application/openmetrics-text;version=1.0.0,*/*;q=0.1').expect(200);
    await get('/figures', 'application/json').expect(406);
    await get('/alive', 'text/html').expect(200);
  });
});
