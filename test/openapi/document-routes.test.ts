import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import request from 'supertest';

import { createApp } from '../../shared/http/index.js';
import { documentRoutes, type ServiceDescription } from '../../shared/openapi/index.js';

const description: ServiceDescription = {
  ...{ name: 'probe', title: 'Probe', description: 'A probe.', tags: [], operations: [], problemTypes: [] },
  samples: { origin: 'http://127.0.0.1:1', adminToken: 'token', webhookSecret: 'secret' },
};

describe('the documents of a service', () => {
  let asked: number;
  let failures: number;
  let app: Express;
  beforeEach(() => {
    asked = 0;
    failures = 0;
    app = createApp({ error: () => undefined }, (routes) => {
      routes.use(
        documentRoutes(() => {
          asked += 1;
          if (asked <= failures) return Promise.reject(new Error('there was no memory just then'));
          return Promise.resolve(description);
        }),
      );
    });
  });

  it('are made when somebody asks, once for all who ask at the same time, and kept', async () => {
    expect(asked).toBe(0);
    const first = ['/docs', '/openapi.json', '/docs', '/openapi.json'].map((path) =>
      request(app).get(path).expect(200),
    );
    await Promise.all(first);
    await request(app).get('/docs').expect(200);
    expect(asked).toBe(1);
  });

  it('are made anew after that has failed, or a bad moment would take them away until the next restart', async () => {
    failures = 2;
    const failed = await request(app).get('/docs').expect(500);
    expect(failed.type).toBe('application/problem+json');
    await request(app).get('/openapi.json').expect(500);
    await request(app).get('/docs').expect(200).expect('Content-Type', /html/);
    await request(app).get('/openapi.json').expect(200);
    expect(asked).toBe(3);
  });
});
