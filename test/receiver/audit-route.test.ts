import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';

import type { AuditEntry } from '../../shared/receiver/index.js';
import { deliver } from '../support/deliver.js';
import { adminToken, openReceiver, type ReceiverFixture } from '../support/receiver-fixture.js';
import { sampleEvent, sampleId } from '../support/sample-event.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

describe('GET /audit', () => {
  const directory = temporaryDirectories();
  let fixture: ReceiverFixture;

  beforeEach(() => {
    fixture = openReceiver(directory());
  });
  afterEach(() => {
    fixture.close();
  });

  const audit = (query = '') => request(fixture.app).get(`/audit${query}`).auth(adminToken, { type: 'bearer' });
  const entries = async (query = '') => ((await audit(query).expect(200)).body as { entries: AuditEntry[] }).entries;

  it('lists in sequence order what arrived in another one, or the books could not be compared', async () => {
    await deliver(fixture.app, [sampleEvent(3), sampleEvent(1), sampleEvent(2)]).expect(200);
    expect(await entries()).toEqual([
      { sequence: 1, id: sampleId(1), total: 2500, currency: 'GBP' },
      { sequence: 2, id: sampleId(2), total: 2500, currency: 'GBP' },
      { sequence: 3, id: sampleId(3), total: 2500, currency: 'GBP' },
    ]);
  });

  it('gives every entry exactly once to who goes on from the last one', async () => {
    await deliver(
      fixture.app,
      Array.from({ length: 250 }, (_, n) => sampleEvent(n + 1)),
    ).expect(200);
    expect(await entries()).toHaveLength(100);
    const seen: number[] = [];
    for (let page = await entries('?limit=7'); page.length > 0; page = await entries(`?limit=7&after=${seen.at(-1)!}`))
      seen.push(...page.map(({ sequence }) => sequence));
    expect(seen).toEqual(Array.from({ length: 250 }, (_, n) => n + 1));
  });

  it('does not end a page between purchases that share a sequence, or the second would be missed', async () => {
    await deliver(fixture.app, [sampleEvent(2, { sequence: 1 }), sampleEvent(1), sampleEvent(3)]).expect(200);
    expect((await entries('?limit=1')).map(({ id }) => id)).toEqual([sampleId(1), sampleId(2)]);
    expect((await entries('?limit=1&after=1')).map(({ id }) => id)).toEqual([sampleId(3)]);
  });

  it('is empty where there is nothing', async () => {
    expect(await entries()).toEqual([]);
    expect(await entries(`?after=${Number.MAX_SAFE_INTEGER}`)).toEqual([]);
  });

  it.each(['limit=0', 'limit=1001', 'limit=ten', 'limit=1&limit=2', 'after=-1', 'after=1.5', 'after=9007199254740992'])(
    'answers 400 for %s, rather than a list that is not what was asked for',
    async (query) => {
      const answer = await audit(`?${query}`).expect(400);
      expect(answer.body).toMatchObject({ type: 'urn:problem-type:invalid-parameter' });
    },
  );

  it('is for an admin only, or anyone could read what is sold', async () => {
    const answer = await request(fixture.app).get('/audit').expect(401);
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="admin"/);
  });

  it('answers 405 with Allow for another method', async () => {
    const answer = await request(fixture.app).post('/audit').expect(405);
    expect(answer.headers.allow).toBe('GET, HEAD');
  });
});
