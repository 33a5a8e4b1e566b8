import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Database from 'better-sqlite3';

import { KeyLookup } from '../../../shared/journal/local/key-lookup.js';
import { ProjectionStore } from '../../../shared/journal/local/projection-store.js';
import type { Sequence } from '../../../shared/journal/types.js';
import { encodeRecord } from '../../../shared/purchase/index.js';
import { openDatabaseReadonly } from '../../../shared/sqlite/index.js';
import { journalDatabase } from '../../support/journal-database.js';
import { nextTurn } from '../../support/next-turn.js';
import { samplePurchase } from '../../support/sample-purchase.js';
import { temporaryDirectories } from '../../support/temporary-directory.js';

const newDirectory = temporaryDirectories();

describe('a key lookup', () => {
  let writer: Database.Database;
  let keys: KeyLookup;
  beforeEach(() => {
    writer = journalDatabase(newDirectory(), 2);
    keys = new KeyLookup(openDatabaseReadonly(writer.name));
  });
  afterEach(() => {
    keys.close();
    writer.close();
  });

  const commit = (number: number) => {
    const payload = encodeRecord(samplePurchase(number, `key-${number}`));
    new ProjectionStore(writer).insert({ sequence: number as Sequence, payload });
  };
  const found = (number: number) => keys.byKey({ key: `key-${number}` });

  it('finds a purchase by its key, and nothing by another', () => {
    expect(found(2)).toEqual({ sequence: 2, record: samplePurchase(2, 'key-2') });
    expect(found(7)).toBeUndefined();
  });

  it('shows one moment for a turn of the event loop, and what has been committed since in the next', async () => {
    expect(found(2)).toBeDefined();
    commit(3);
    expect(found(3)).toBeUndefined();
    await nextTurn();
    expect(found(3)).toBeDefined();
  });

  it('shows what has been committed once it is renewed, in the same turn: who forgets a purchase then relies on it', () => {
    expect(found(2)).toBeDefined();
    commit(3);
    keys.renew();
    expect(found(3)).toBeDefined();
    keys.renew();
    keys.renew();
    commit(4);
    expect(found(4)).toBeDefined();
  });

  it('holds nobody up: what it has read is copied out of the log of SQLite while nobody asks', async () => {
    expect(found(2)).toBeDefined();
    await nextTurn();
    commit(3);
    expect(writer.pragma('wal_checkpoint(TRUNCATE)')).toMatchObject([{ busy: 0 }]);
  });

  it('can be closed in the middle of a turn', async () => {
    expect(found(2)).toBeDefined();
    keys.close();
    await nextTurn();
    expect(writer.pragma('wal_checkpoint(TRUNCATE)')).toMatchObject([{ busy: 0 }]);
  });
});
