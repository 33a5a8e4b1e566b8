import { createServer, type Server } from 'node:http';
import { once } from 'node:events';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { pino } from 'pino';
import request from 'supertest';

import { admissionGate } from '../../../services/checkout/admission/admission-gate.js';
import { purchaseRefused } from '../../../services/checkout/checkout-problems.js';
import { explainProblemsAt, listen, sendProblem } from '../../../shared/http/index.js';
import type { RefusedCode } from '../../../shared/journal/index.js';
import { docsPath } from '../../../shared/openapi/index.js';
import { createMetrics, observeRequests } from '../../../shared/telemetry/metrics.js';

describe('the gate in front of the checkout', () => {
  let server: Server;
  let [refused, code]: [number, RefusedCode | undefined] = [0, 'backlog'];
  let keysAsked: boolean[] = [];
  beforeEach(async () => {
    [refused, code, keysAsked] = [0, 'backlog', []];
    const gate = admissionGate(
      {
        turnsAway: (hasKey) => {
          keysAsked.push(hasKey);
          return code;
        },
        refuse: (why) => ({ code: why, retryAfterSeconds: 10 + ++refused }),
      },
      (_request, response) => {
        response.end('the app');
      },
    );
    server = createServer((request, response) => {
      gate(request, response, () => response.destroy());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    server.close();
  });

  it.each(['/checkout', '/checkout/', '/Checkout?from=mail'])('refuses POST %s, as the route has it', async (path) => {
    await request(server).post(path).expect(503);
  });

  it.each([
    ['get', '/checkout'],
    ['post', '/checkout/more'],
    ['post', '/events'],
    ['get', '/healthz'],
  ] as const)('leaves %s %s alone: they need no room', async (method, path) => {
    await request(server)[method](path).expect(200, 'the app');
    expect(keysAsked).toEqual([]);
  });

  it('leaves purchases alone while there is room', async () => {
    code = undefined;
    await request(server).post('/checkout').expect(200, 'the app');
  });

  it('asks each time, with or without a key, and tells each when to come back', async () => {
    const first = await request(server).post('/checkout').expect(503);
    const second = await request(server).post('/checkout').set('Idempotency-Key', '').expect(503);
    expect([first, second].map(({ headers }) => headers['retry-after'])).toEqual(['11', '12']);
    expect(keysAsked).toEqual([false, true]);
    code = 'overloaded';
    const third = await request(server).post('/checkout').expect(503);
    expect(third.body).toMatchObject({ reason: 'overloaded' });
  });

  it('counts each for the route, or nobody could see that it is purchases that are refused', async () => {
    const metrics = createMetrics();
    const observer = observeRequests(pino({ enabled: false }));
    observer.show(metrics);
    const gate = admissionGate(
      { turnsAway: () => code, refuse: (why) => ({ code: why, retryAfterSeconds: 1 }) },
      () => {
        throw new Error('it goes no further');
      },
    );
    const observed = await listen(gate, { host: '127.0.0.1', port: 0, observer });
    for (const path of ['/checkout', '/Checkout/?from=mail']) {
      await request(`http://127.0.0.1:${observed.port}`).post(path).set('Connection', 'close').expect(503);
    }
    await observed.stop(0);
    expect(await metrics.metrics()).toContain('http_requests_total{method="POST",route="/checkout",status="503"} 2\n');
  });

  it('gives the very answer that a refusal further inside would get: it is one kind of problem', async () => {
    const app = express().disable('x-powered-by').disable('etag');
    explainProblemsAt(app, docsPath);
    app.post('/checkout', (_request, response) => {
      sendProblem(response, purchaseRefused({ code: 'backlog', retryAfterSeconds: 11 }));
    });
    const inside = await request(app).post('/checkout').expect(503);
    const atTheGate = await request(server).post('/checkout').expect(503);
    expect(atTheGate.text).toBe(inside.text);
    const undated = (headers: Record<string, string>) => ({ ...headers, date: undefined });
    expect(atTheGate.headers.link).toBe('</docs#problem-purchase-refused>; rel="describedby"; type="text/html"');
    expect(undated(atTheGate.headers as Record<string, string>)).toEqual(undated(inside.headers));
  });
});
