import { describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { z } from 'zod';

import { problemTypes } from '../../shared/http/index.js';
import { buildDocument } from '../../shared/openapi/build-document.js';
import type { ServiceDescription } from '../../shared/openapi/index.js';
import { AnswerCheck, type GivenAnswer } from '../support/answer-check.js';
import { documentedApp } from '../support/documented-app.js';

const service: ServiceDescription = {
  ...{ name: 'things', title: 'Things', description: 'For a test.', tags: [], problemTypes: [] },
  samples: { origin: 'http://127.0.0.1:1', adminToken: '', webhookSecret: '' },
  operations: [
    {
      ...{
        method: 'get',
        path: '/things/{id}',
        id: 'findThing',
        tag: 'Things',
        access: 'admin',
        summary: 'Finds one.',
      },
      parameters: [{ in: 'path', name: 'id', description: 'Which.', schema: z.string() }],
      answers: [
        {
          status: 200,
          description: 'Here it is.',
          schema: z.object({ size: z.int().min(1), colour: z.string().optional() }).meta({ id: 'Thing' }),
          headers: { 'X-Age': { description: 'How old it is.', required: true, schema: z.int() } },
        },
      ],
      problems: [problemTypes.notFound],
    },
  ],
};

const right: GivenAnswer = {
  ...{ method: 'GET', path: '/things/1', status: 200, body: '{"size":1,"colour":"red"}' },
  headers: { 'content-type': 'application/json; charset=utf-8', 'x-age': '3' },
};
const problem = (code: string, status: number): GivenAnswer => ({
  ...{ method: 'GET', path: '/things/1', status },
  headers: {
    'content-type': 'application/problem+json; charset=utf-8',
    ...(status === 401 && { 'www-authenticate': 'x' }),
  },
  body: JSON.stringify({ type: `urn:problem-type:${code}`, title: 'x', status, detail: 'x' }),
});

describe('the check of answers', () => {
  const check = new AnswerCheck(buildDocument(service));

  it.each<[string, GivenAnswer]>([
    ['what is described', right],
    ['a HEAD without a body', { ...right, method: 'HEAD', body: '' }],
    ['a problem of the operation', problem('not-found', 404)],
    ['a problem of all operations like it', problem('unauthorized', 401)],
    ['that there is nothing elsewhere', { ...problem('not-found', 404), path: '/nothing' }],
  ])('lets %s pass', (_what, answer) => {
    expect(check.faults(answer)).toEqual([]);
  });

  it.each<[string, GivenAnswer, RegExp]>([
    ['another status', { ...right, status: 202 }, /^GET \/things\/\{id\}: 202: is not among the statuses/],
    ['another media type', { ...right, headers: { ...right.headers, 'content-type': 'text/html' } }, /is text\/html/],
    ['a field of another kind', { ...right, body: '{"size":0}' }, /body\/size must be >= 1/],
    ['no field where one must be', { ...right, body: '{}' }, /must have required property 'size'/],
    ['a field that is not described', { ...right, body: '{"size":1,"smell":"rose"}' }, /additional properties.*smell/],
    ['no header where one must be', { ...right, headers: { ...right.headers, 'x-age': undefined } }, /has no x-age/],
    ['a header of another kind', { ...right, headers: { ...right.headers, 'x-age': 'old' } }, /no whole number: old/],
    [
      'a header that is not described',
      { ...right, headers: { ...right.headers, 'x-smell': '' } },
      /described: x-smell/,
    ],
    ['a problem of other operations', problem('delivery-state', 404), /body\/type must be equal to one of/],
    [
      'a problem without its challenge',
      { ...problem('unauthorized', 401), headers: problem('', 0).headers },
      /has no www/,
    ],
    ['a yes where there is no operation', { ...right, path: '/nothing' }, /^GET \/nothing: 200: there is no such/],
    [
      'a 405 that does not say what is allowed',
      { ...problem('method-not-allowed', 405), method: 'PUT' },
      /has no allow/,
    ],
  ])('names %s, or the document could say anything', (_what, answer, words) => {
    expect(check.faults(answer)).toEqual([expect.stringMatching(words)]);
  });
});

describe('an app with a check around it', () => {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.get('/things/:id', (incoming, response) => {
    response.set('X-Age', '3').json({ size: Number(incoming.params.id) });
  });

  it('answers the same, and is content while all is as described', async () => {
    const documented = documentedApp(app, service);
    await request(documented.app).get('/things/7').expect(200, { size: 7 });
    documented.verify();
  });

  it('fails the test that met something else, once', async () => {
    const documented = documentedApp(app, service);
    await request(documented.app).get('/things/0').expect(200);
    await request(documented.app).get('/nothing').expect(404);
    expect(() => {
      documented.verify();
    }).toThrow(/things says otherwise:\n.*body\/size must be >= 1.*\nGET \/nothing: 404: .*text\/html/);
    documented.verify();
  });
});
