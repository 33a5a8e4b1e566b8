import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import type Database from 'better-sqlite3';

import { DecisionStore } from '../../../shared/journal/local/decision-store.js';
import { DeliveryStore } from '../../../shared/journal/local/delivery-store.js';
import { DestinationStore } from '../../../shared/journal/local/destination-store.js';
import { IdempotencyKeyStore } from '../../../shared/journal/local/idempotency-key-store.js';
import { KeyLookup } from '../../../shared/journal/local/key-lookup.js';
import { LookupStore } from '../../../shared/journal/local/lookup-store.js';
import { migrations } from '../../../shared/journal/local/migrations.js';
import { ProjectionStore } from '../../../shared/journal/local/projection-store.js';
import { openDatabase } from '../../../shared/sqlite/index.js';
import { temporaryDirectories } from '../../support/temporary-directory.js';

const newDirectory = temporaryDirectories();

interface Plan {
  readonly sql: string;
  readonly steps: readonly string[];
}

/** How SQLite would run each statement that the stores prepare, on tables it knows nothing of. */
function plans(): Plan[] {
  const database = openDatabase(join(newDirectory(), 'plans.sqlite'), migrations);
  const statements: string[] = [];
  const recording = {
    prepare: (sql: string) => {
      statements.push(sql.replace(/\s+/g, ' '));
      return database.prepare(sql);
    },
    transaction: database.transaction.bind(database),
  } as unknown as Database.Database;
  new DeliveryStore(recording, new DecisionStore(recording));
  new DestinationStore(recording);
  new ProjectionStore(recording);
  new IdempotencyKeyStore(recording);
  new LookupStore(recording);
  new KeyLookup(recording);
  const plans = statements.map((sql) => ({ sql, steps: stepsOf(database, sql) }));
  database.close();
  return plans;
}

function stepsOf(database: Database.Database, sql: string): string[] {
  const bindings = sql.includes(':name')
    ? [{ name: '', after: 0, limit: 1 }]
    : Array<number>(sql.split('?').length - 1).fill(0);
  const steps = database.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...bindings);
  return steps.map(({ detail }) => detail);
}

describe('statement plans', () => {
  it('scan no table that grows: the ten-millionth purchase would take a thousand times as long as the first', () => {
    // log_state is one row; destinations are a handful; json_each has what was handed in.
    const scans = plans().filter(({ steps }) =>
      steps.some((step) => /^SCAN (?!log_state|destinations|json_each|n\b)/.test(step)),
    );
    expect(scans).toEqual([]);
  });

  it('sort nothing: a page would cost as much as the whole list', () => {
    expect(plans().filter(({ steps }) => steps.some((step) => step.includes('TEMP B-TREE')))).toEqual([]);
  });

  it.each(['retrying', 'parked', 'discarded', 'held'])(
    'reach %s deliveries without reading the confirmed ones',
    (state) => {
      const asking = plans().filter(({ sql }) => sql.includes(`state = '${state}'`));
      expect(asking).not.toEqual([]);
      expect(asking.filter(({ steps }) => !steps.some((step) => step.includes(`INDEX deliveries_${state} `)))).toEqual(
        [],
      );
    },
  );

  it('reach the next of a key without reading the others that wait: a million held ones would slow each confirmation', () => {
    const asking = plans().filter(({ sql }) => sql.includes('AND key = ?'));
    expect(asking).not.toEqual([]);
    for (const { steps } of asking) {
      expect(steps).toEqual(['SEARCH deliveries USING INDEX deliveries_by_key (destination=? AND key=?)']);
    }
  });

  it('find a key by its index, and go on letting go of keys from where that was left, not from the first purchase', () => {
    const byKey = plans().filter(({ sql }) => sql.includes('WHERE idempotency_key = ?'));
    expect(byKey.length).toBeGreaterThan(1);
    for (const { steps } of byKey) {
      expect(steps).toEqual(['SEARCH purchases USING INDEX purchases_by_idempotency_key (idempotency_key=?)']);
    }
    const walks = plans().filter(({ sql }) => sql.includes('SELECT keys_let_go'));
    expect(walks).not.toEqual([]);
    for (const { steps } of walks) {
      expect(steps[0]).toBe('SEARCH purchases USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)');
    }
  });

  it('never walk all deliveries of a destination: a restart would read a whole history to find where to go on', () => {
    const walks = plans().filter(({ steps }) => steps.some((step) => step.endsWith('PRIMARY KEY (destination=?)')));
    expect(walks).toEqual([]);
  });
});
