import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import request from 'supertest';

import { deliver, secret } from '../support/deliver.js';
import { loyaltyService } from '../support/outside-service.js';
import { sampleEvent, sampleId } from '../support/sample-event.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

const source = (path: string) => readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8');

describe('a service outside of the project that took over the kit', () => {
  const directory = temporaryDirectories();
  let file: string;
  let app: Express;
  beforeEach(() => {
    file = join(directory(), 'loyalty.sqlite');
    app = loyaltyService(file, [secret]);
  });

  const pointsOf = async (customer: string) => {
    const answer = await request(app).get(`/points/${customer}`).expect(200);
    return (answer.body as { points: number }).points;
  };

  it('books each purchase once, however often it comes', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => deliver(app, sampleEvent(1)).expect(200)));
    const statuses = answers.map(({ body }) => (body as { status: string }).status);
    expect(statuses.filter((status) => status === 'applied')).toHaveLength(1);
    expect(statuses.filter((status) => status === 'duplicate')).toHaveLength(19);
    expect(await pointsOf('alice')).toBe(25);
  });

  it('knows after a restart what it has booked, and needs no migration to do so', async () => {
    await deliver(app, sampleEvent(1)).expect(200, { status: 'applied' });
    app = loyaltyService(file, [secret]);
    await deliver(app, sampleEvent(1)).expect(200, { status: 'duplicate' });
    await deliver(app, sampleEvent(2)).expect(200, { status: 'applied' });
    expect(await pointsOf('alice')).toBe(50);
  });

  it('refuses what must be refused, and books none of it', async () => {
    await deliver(app, sampleEvent(1)).expect(200);
    const other = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
    await request(app).post('/events').send(sampleEvent(2)).expect(401);
    await deliver(app, sampleEvent(2), { secret: other }).expect(401);
    await deliver(app, sampleEvent(2), { id: sampleId(3) }).expect(400);
    await deliver(app, sampleEvent(1, { customerId: 'bob' })).expect(409);
    const answer = await deliver(app, sampleEvent(2, { total: -1 })).expect(422);
    expect(answer.body).toMatchObject({ errors: [{ pointer: '#/data/total' }] });
    expect(await pointsOf('alice')).toBe(25);
    expect(await pointsOf('bob')).toBe(0);
  });

  it('answers for each event of a batch, or one bad purchase would hold up hundreds of good ones', async () => {
    const batch = [sampleEvent(1), sampleEvent(2, { total: -1 }), sampleEvent(3), sampleEvent(1)];
    const answer = await deliver(app, batch).expect(200);
    expect(answer.body).toMatchObject({
      results: [
        { id: sampleId(1), status: 'applied' },
        { id: sampleId(2), status: 'rejected' },
        { id: sampleId(3), status: 'applied' },
        { id: sampleId(1), status: 'duplicate' },
      ],
    });
    expect(await pointsOf('alice')).toBe(50);
  });

  it('is what the README shows, or people would copy something that nobody has tried', () => {
    expect(source('shared/receiver/README.md')).toContain(source('test/support/outside-service.ts'));
  });
});
