import { copyFileSync, existsSync, mkdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import {
  asUnusable,
  DatabaseUnusableError,
  DatabaseVersionError,
  isStorageFailure,
  openDatabase,
  openOwnDatabase,
} from '../../shared/sqlite/index.js';
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

describe('a -wal that a process left behind', () => {
  const directory = temporaryDirectories();

  it('is written into the database, or pages of it that only the kernel has would be lost with the power', () => {
    const path = join(directory(), 'a.sqlite');
    const killed = openDatabase(path, [first]);
    const left = directory();
    for (const ending of ['', '-wal']) copyFileSync(`${path}${ending}`, join(left, `a.sqlite${ending}`));
    killed.close();
    const own = openOwnDatabase(left, 'a.sqlite', [first]);
    expect(statSync(join(left, 'a.sqlite-wal')).size).toBe(0);
    copyFileSync(join(left, 'a.sqlite'), path);
    const alone = openDatabase(path, [first]);
    expect(alone.prepare('SELECT x FROM a').pluck().get()).toBe('1');
    alone.close();
    own.close();
  });
});

describe('the names of a database in its directory', () => {
  const directory = temporaryDirectories();

  it('are on disk before anything is confirmed in it, or a power cut would take the whole file', () => {
    const path = join(directory(), 'a.sqlite');
    const synced: { directory: string; file: boolean; wal: boolean }[] = [];
    const database = openDatabase(path, [first], {
      syncDirectory: (directory) => {
        synced.push({ directory, file: existsSync(path), wal: existsSync(`${path}-wal`) });
      },
    });
    expect(synced).toEqual([{ directory: join(path, '..'), file: true, wal: true }]);
    database.close();
  });

  it('are synced again at the next start: the -wal was removed when it was closed', () => {
    const path = join(directory(), 'a.sqlite');
    openDatabase(path, [first]).close();
    expect(existsSync(`${path}-wal`)).toBe(false);
    const synced: boolean[] = [];
    const database = openDatabase(path, [first], {
      syncDirectory: () => {
        synced.push(existsSync(`${path}-wal`));
      },
    });
    expect(synced).toEqual([true]);
    database.close();
  });

  it('that cannot be synced keep it from being used: SQLite itself would take no notice', () => {
    const path = join(directory(), 'a.sqlite');
    const failing = {
      syncDirectory: () => {
        throw Object.assign(new Error('EIO: i/o error, fsync'), { code: 'EIO' });
      },
    };
    expect(() => openDatabase(path, [first], failing)).toThrow('EIO');
    openDatabase(path, [first]).close();
  });
});

describe('a file that cannot be used as it is', () => {
  const directory = temporaryDirectories();

  const filled = (): string => {
    const path = join(directory(), 'a.sqlite');
    const database = openDatabase(path, [first]);
    const insert = database.prepare('INSERT INTO a VALUES (hex(randomblob(2000)))');
    for (let row = 0; row < 20; row += 1) insert.run();
    database.close();
    return path;
  };

  it.each<[string, (path: string) => void, RegExp]>([
    [
      'is no database',
      (path) => {
        writeFileSync(path, 'no database '.repeat(100));
      },
      /SQLITE_NOTADB/,
    ],
    [
      'was cut short',
      (path) => {
        truncateSync(path, 4096);
      },
      /SQLITE_CORRUPT/,
    ],
    [
      'is a directory',
      (path) => {
        mkdirSync(path);
      },
      /is no file/,
    ],
  ])('is refused by its name when it %s, or a supervisor would start it for ever', (what, harm, message) => {
    const path = what === 'is a directory' ? join(directory(), 'a.sqlite') : filled();
    harm(path);
    const open = () => openDatabase(path, [first, 'CREATE TABLE c AS SELECT * FROM a']);
    expect(open).toThrow(DatabaseUnusableError);
    expect(open).toThrow(path);
    expect(open).toThrow(message);
  });

  it('is taken for a new one when it is empty: that is what a crash leaves of one that was being made', () => {
    const path = join(directory(), 'a.sqlite');
    writeFileSync(path, '');
    const database = openDatabase(path, [first]);
    expect(database.prepare('SELECT count(*) FROM a').pluck().get()).toBe(1);
    database.close();
  });

  it('is filled from a -wal that lies beside it: a copy of the file alone may lack the newest commits', () => {
    const path = join(directory(), 'a.sqlite');
    const database = openDatabase(path, [first]);
    const copy = join(directory(), 'a.sqlite');
    for (const ending of ['', '-wal']) copyFileSync(`${path}${ending}`, `${copy}${ending}`);
    database.close();
    const copied = openDatabase(copy, [first]);
    expect(copied.prepare('SELECT x FROM a').pluck().get()).toBe('1');
    copied.close();
  });

  it('leaves other errors as they are: a disk that is full needs nobody', () => {
    for (const error of [new Error('any'), Object.assign(new Error('any'), { code: 'SQLITE_FULL' })])
      expect(asUnusable(error, 'a.sqlite')).toBe(error);
    const noRoom = Object.assign(new Error('unable to open database file'), { code: 'SQLITE_CANTOPEN' });
    expect(asUnusable(noRoom, join(directory(), 'not-there-yet'))).toBe(noRoom);
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
