import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Database from 'better-sqlite3';
import request from 'supertest';

import { HoldingStore } from '../../shared/receiver/holding-store.js';
import { holdingMetrics, holdingMigration, inboxMigration } from '../../shared/receiver/index.js';
import { openDatabase } from '../../shared/sqlite/index.js';
import { createMetrics } from '../../shared/telemetry/metrics.js';
import { deliver } from '../support/deliver.js';
import { adminToken, openReceiver, type ReceiverFixture } from '../support/receiver-fixture.js';
import { sampleEvent } from '../support/sample-event.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

const newDirectory = temporaryDirectories();

describe('what a receiver holds, and what not', () => {
  let directory: string;
  let fixture: ReceiverFixture;

  beforeEach(() => {
    directory = newDirectory();
    fixture = openReceiver(directory);
  });
  afterEach(() => {
    fixture.close();
  });

  const receive = (...numbers: number[]) =>
    deliver(
      fixture.app,
      numbers.map((number) => sampleEvent(number)),
    ).expect(200);
  const gaps = async (query = '') =>
    (await request(fixture.app).get(`/audit/gaps${query}`).auth(adminToken, { type: 'bearer' }).expect(200))
      .body as unknown;

  it('is listed, so that a purchase it lost can be looked for and sent again', async () => {
    expect(await gaps()).toEqual({ purchases: 0, lowest: 0, highest: 0, missing: 0, gaps: [] });
    await receive(3, 4, 9);
    const held = { purchases: 3, lowest: 3, highest: 9, missing: 6 };
    expect(await gaps()).toEqual({
      ...held,
      gaps: [
        { first: 1, last: 2 },
        { first: 5, last: 8 },
      ],
    });
    expect(await gaps('?limit=1')).toEqual({ ...held, gaps: [{ first: 1, last: 2 }] });
    expect(await gaps('?limit=1&after=2')).toEqual({ ...held, gaps: [{ first: 5, last: 8 }] });
    await receive(1, 2, 5, 6, 7, 8);
    expect(await gaps()).toEqual({ purchases: 9, lowest: 1, highest: 9, missing: 0, gaps: [] });
  });

  it('counts each sequence once, however often it is delivered, or a second purchase under it would hide a hole', async () => {
    await receive(1, 3);
    await receive(1, 3);
    await deliver(fixture.app, sampleEvent(7, { sequence: 3 })).expect(200);
    expect(await gaps()).toMatchObject({ purchases: 3, highest: 3, missing: 1, gaps: [{ first: 2, last: 2 }] });
  });

  it('counts nothing that was taken back', async () => {
    fixture.close();
    fixture = openReceiver(newDirectory(), {
      effect: () => {
        throw new Error('no room on the shelf');
      },
    });
    await deliver(fixture.app, sampleEvent(1)).expect(500);
    expect(await gaps()).toMatchObject({ purchases: 0, highest: 0 });
  });

  it('is for an admin only, and to be read only', async () => {
    await request(fixture.app).get('/audit/gaps').expect(401);
    const answer = await request(fixture.app).post('/audit/gaps').expect(405);
    expect(answer.headers.allow).toBe('GET, HEAD');
    const wrong = await request(fixture.app).get('/audit/gaps?limit=0').auth(adminToken, { type: 'bearer' });
    expect(wrong.status).toBe(400);
  });

  it('is measured, or nobody would be woken by a hole that stays', async () => {
    const registry = createMetrics();
    holdingMetrics(registry, fixture.receiver);
    await receive(2, 5);
    const text = await registry.metrics();
    expect(text).toContain('receiver_held_purchases 2');
    expect(text).toContain('receiver_highest_sequence 5');
    expect(text).toContain('receiver_missing_sequences 3');
  });

  it('is said at the start when there are holes, and only then', async () => {
    await receive(1, 2);
    fixture.close();
    fixture = openReceiver(directory);
    expect(fixture.log.lines).toEqual([]);
    await receive(5);
    fixture.close();
    fixture = openReceiver(directory);
    expect(fixture.log.lines).toMatchObject([{ level: 'warn', fields: { purchases: 3, highest: 5, missing: 2 } }]);
    expect(fixture.log.lines[0]!.message).toMatch(/^holds 3 purchases up to sequence 5; 2 below that are not here: /);
  });
});

describe('the counts of what is held', () => {
  const columns = '(id, sequence, fingerprint, total, currency, received_at)';
  const insert = (database: Database.Database, id: string, sequence: number) =>
    database.prepare(`INSERT INTO inbox ${columns} VALUES (?, ?, x'00', 1, 'GBP', 0)`).run(id, sequence);

  function withDatabase(work: (database: Database.Database, path: string) => void): void {
    const path = join(newDirectory(), 'inbox.sqlite');
    const database = openDatabase(path, [inboxMigration]);
    try {
      work(database, path);
    } finally {
      database.close();
    }
  }

  it('include what was received before this build counted', () => {
    withDatabase((database, path) => {
      for (const [id, sequence] of [
        ['a', 1],
        ['b', 4],
        ['c', 4],
      ] as const)
        insert(database, id, sequence);
      const counted = openDatabase(path, [inboxMigration, holdingMigration]);
      insert(counted, 'd', 2);
      expect(new HoldingStore(counted).holding()).toEqual({ purchases: 4, lowest: 1, highest: 4, missing: 1 });
      counted.close();
    });
  });

  it('cannot drift: what was received cannot be changed or removed', () => {
    withDatabase((database) => {
      database.exec(holdingMigration);
      insert(database, 'a', 1);
      expect(() => database.exec('DELETE FROM inbox')).toThrow('stays on record');
      expect(() => database.exec('UPDATE inbox SET sequence = 2')).toThrow('stays on record');
    });
  });

  it('are read from one row and the ends of an index, however much is held', () => {
    withDatabase((database) => {
      database.exec(holdingMigration);
      const statements: string[] = [];
      const recording = {
        prepare: (sql: string) => {
          statements.push(sql);
          return database.prepare(sql);
        },
      } as unknown as Database.Database;
      new HoldingStore(recording);
      const steps = statements.flatMap((sql) =>
        database
          .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
          .all(...(sql.includes('?') ? [0, 1] : []))
          .map(({ detail }) => detail),
      );
      expect(steps.filter((step) => step.startsWith('SCAN '))).toEqual(['SCAN holding']);
      expect(steps.filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
    });
  });
});
