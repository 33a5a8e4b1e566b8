import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';

import { DecisionLookups } from '../../../shared/journal/local/decision-lookups.js';
import { DecisionStore } from '../../../shared/journal/local/decision-store.js';
import { DestinationStore } from '../../../shared/journal/local/destination-store.js';
import type { DecisionKind, DecisionQuery, EpochMs, Outcome, Sequence } from '../../../shared/journal/types.js';
import { appendReadable } from '../../support/append-readable.js';
import { journalDatabase } from '../../support/journal-database.js';
import { openTestJournal, type TestJournal } from '../../support/open-test-journal.js';
import { confirmed, discarded, parked, redelivered, retriedByPerson } from '../../support/sample-outcome.js';
import { temporaryDirectories } from '../../support/temporary-directory.js';

const newDirectory = temporaryDirectories();
const everyDecision: DecisionQuery = { destination: undefined, sequence: undefined, after: 0, limit: 100 };
const at = 1000 as EpochMs;

describe('decision store', () => {
  let database: Database.Database;
  let store: DecisionStore;
  beforeEach(() => {
    database = journalDatabase(newDirectory());
    new DestinationStore(database).add('warehouse', 0 as Sequence);
    store = new DecisionStore(database);
  });
  afterEach(() => {
    database.close();
  });

  it.each<DecisionKind>(['retry', 'redeliver', 'discard', 'pause', 'resume', 'add', 'remove', 'restore'])(
    'takes down a %s, whether anything is known of it beyond the time or not',
    (what) => {
      const known = { sequence: 7 as Sequence, why: 'because', before: 'pending' };
      store.record({ at, what, destination: 'warehouse', ...known });
      store.record({ at, what, destination: 'warehouse', why: undefined });
      const unknown = { sequence: undefined, why: undefined, before: undefined };
      expect(new DecisionLookups(database).find(everyDecision)).toEqual([
        { number: 1, at, what, destination: 'warehouse', ...known },
        { number: 2, at, what, destination: 'warehouse', ...unknown },
      ]);
    },
  );

  it('refuses a destination that nobody knows: the decision would be found under no name', () => {
    expect(() => {
      store.record({ at, what: 'pause', destination: 'nowhere', why: undefined });
    }).toThrow('nowhere');
  });
});

describe('a decision and its effect', () => {
  let directory: string;
  let test: TestJournal;
  beforeEach(async () => {
    directory = newDirectory();
    test = await openTestJournal(directory, { destinations: ['warehouse'] });
    await appendReadable(test, 1, 3);
    await test.delivery.settle('warehouse', [confirmed(1), parked(2), confirmed(3)]);
  });
  afterEach(() => test.close());

  const seen = async () => ({
    mark: (await test.journal.progress()).log.lowWaterMark,
    state: (await test.delivery.outcome('warehouse', 2 as Sequence))?.state,
    decisions: (await test.journal.decisions(everyDecision))?.map(({ what }) => what),
  });

  /** From now on the database refuses this, whoever does it. */
  const refuse = (what: string) => {
    const intruder = new Database(join(directory, 'checkout.sqlite'));
    intruder.exec(`CREATE TRIGGER refuse BEFORE ${what} BEGIN SELECT raise(ABORT, 'refused by a test'); END`);
    intruder.close();
  };

  it('come together: outcome, decision and mark are there when it is answered, without anything else to happen', async () => {
    await test.delivery.settle('warehouse', [discarded(2)]);
    expect(await seen()).toEqual({ mark: 3, state: 'discarded', decisions: ['discard'] });
  });

  it.each<[string, Outcome]>([
    ['discard', discarded(2)],
    ['retry', retriedByPerson(2)],
  ])('a %s that cannot be put on record does not take effect', async (_what, outcome) => {
    refuse('INSERT ON decisions');
    await expect(test.delivery.settle('warehouse', [outcome])).rejects.toMatchObject({
      message: expect.stringContaining('refused by a test'),
    });
    expect(await seen()).toEqual({ mark: 1, state: 'parked', decisions: [] });
  });

  it('a redelivery that cannot be put on record does not take effect: it would be counted as owed, and nobody know why', async () => {
    refuse('INSERT ON decisions');
    await expect(test.delivery.settle('warehouse', [redelivered(1)])).rejects.toMatchObject({
      message: expect.stringContaining('refused by a test'),
    });
    expect((await test.delivery.outcome('warehouse', 1 as Sequence))?.state).toBe('confirmed');
    expect((await test.journal.progress()).destinations.warehouse).toMatchObject({ pending: 1, retrying: 0 });
    expect(await seen()).toEqual({ mark: 1, state: 'parked', decisions: [] });
  });

  it('a pause that cannot be put on record does not take effect', async () => {
    refuse('INSERT ON decisions');
    await expect(test.delivery.setPaused('warehouse', true, { at, why: 'fire' })).rejects.toMatchObject({
      message: expect.stringContaining('refused by a test'),
    });
    expect(await test.delivery.openLane('warehouse')).toMatchObject({ paused: false });
  });

  it('a discard that cannot move the mark is not on record: it would look as if it had taken effect', async () => {
    refuse('UPDATE OF low_water_mark ON log_state WHEN new.low_water_mark > old.low_water_mark');
    await expect(test.delivery.settle('warehouse', [discarded(2)])).rejects.toMatchObject({
      message: expect.stringContaining('refused by a test'),
    });
    expect(await seen()).toEqual({ mark: 1, state: 'parked', decisions: [] });
  });
});
