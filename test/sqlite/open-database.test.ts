import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { DatabaseVersionError, isStorageFailure, openDatabase, openOwnDatabase } from '../../shared/sqlite/index.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

const first = 'CREATE TABLE a (x TEXT); INSERT INTO a VALUES (1)';
const second = 'ALTER TABLE a ADD COLUMN y TEXT';

describe('opening a database', () => {
  const directory = temporaryDirectories();

  it('syncs every commit, or a power cut would take back what was confirmed', () => {
    const database = openDatabase(join(directory(), 'a.sqlite'), []);
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(database.pragma('synchronous', { simple: true })).toBe(2);
    expect(database.pragma('foreign_keys', { simple: true })).toBe(1);
    database.close();
  });

  it('takes each step once, and only the new ones of a newer build', () => {
    const path = join(directory(), 'a.sqlite');
    openDatabase(path, [first]).close();
    openDatabase(path, [first]).close();
    const database = openDatabase(path, [first, second]);
    expect(database.prepare('SELECT x, y FROM a').all()).toEqual([{ x: '1', y: null }]);
    database.close();
  });

  it('leaves a step that fails undone', () => {
    const path = join(directory(), 'a.sqlite');
    expect(() => openDatabase(path, [`${first}; no SQL`])).toThrow(/syntax error/);
    const database = openDatabase(path, [first]);
    expect(database.prepare('SELECT x FROM a').all()).toEqual([{ x: '1' }]);
    database.close();
  });

  it('refuses a file of a newer build and says so, or an old build would misread new books', () => {
    const path = join(directory(), 'a.sqlite');
    openDatabase(path, [first, second]).close();
    expect(() => openDatabase(path, [first])).toThrow(DatabaseVersionError);
    expect(() => openDatabase(path, [first])).toThrow(/version 2; this build knows up to 1/);
  });

  it('lets the directory go when the database cannot be opened, or a retry would be told it is in use', () => {
    const path = directory();
    openOwnDatabase(path, 'a.sqlite', [first, second]).close();
    expect(() => openOwnDatabase(path, 'a.sqlite', [first])).toThrow(DatabaseVersionError);
    const own = openOwnDatabase(path, 'a.sqlite', [first, second]);
    own.close();
    own.close();
  });
});

describe('a storage failure', () => {
  it.each([
    ['SQLITE_IOERR_FSYNC', true],
    ['SQLITE_CORRUPT', true],
    ['SQLITE_NOTADB', true],
    ['SQLITE_FULL', false],
    ['SQLITE_CONSTRAINT_UNIQUE', false],
    ['EIO', false],
  ])('with the code %s: %s', (code, expected) => {
    expect(isStorageFailure(Object.assign(new Error('any'), { code }))).toBe(expected);
  });

  it('is not seen in what has no code', () => {
    for (const value of [undefined, null, 'SQLITE_IOERR', new Error('SQLITE_IOERR'), { code: 10 }])
      expect(isStorageFailure(value)).toBe(false);
  });
});
