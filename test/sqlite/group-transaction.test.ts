import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type Database from 'better-sqlite3';

import {
  GroupTransaction,
  GroupTransactionClosedError,
  openDatabase,
  openDatabaseReadonly,
  type CommittedGroup,
} from '../../shared/sqlite/index.js';
import { nextTurn } from '../support/next-turn.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

describe('a group transaction', () => {
  const directory = temporaryDirectories();
  let path: string;
  let database: Database.Database;
  let group: GroupTransaction;
  /** What it said about the disk. */
  let told: boolean[];
  let commits: CommittedGroup[];

  beforeEach(() => {
    path = join(directory(), 'group.sqlite');
    database = openDatabase(path, ['CREATE TABLE notes (text TEXT NOT NULL) STRICT']);
    told = [];
    commits = [];
    group = new GroupTransaction(database, {
      retryFullMs: 1,
      onDiskFull: (full) => told.push(full),
      onCommitted: (of) => commits.push(of),
    });
  });
  afterEach(() => {
    group.close();
    database.close();
  });

  const write = (text: string) => () => {
    database.prepare('INSERT INTO notes VALUES (?)').run(text);
    return text;
  };
  /** What another process would see: only what is committed. */
  const committed = (): string[] => {
    const reader = openDatabaseReadonly(path);
    try {
      return reader.prepare<[], string>('SELECT text FROM notes ORDER BY rowid').pluck().all();
    } finally {
      reader.close();
    }
  };
  const fillDisk = () => {
    const pages = database.pragma('page_count', { simple: true }) as number;
    database.pragma(`max_page_count = ${pages}`);
  };
  const freeDisk = () => {
    database.pragma('max_page_count = 100000');
  };
  const long = 'x'.repeat(100_000);

  it('answers only once the work is committed, or a purchase would be confirmed and then lost', async () => {
    const answered = group.run(write('a')).then(() => committed());
    expect(committed()).toEqual([]);
    expect(await answered).toEqual(['a']);
  });

  it('gives each caller its own result, in order', async () => {
    const results = await Promise.all(['a', 'b', 'c'].map((text) => group.run(write(text))));
    expect(results).toEqual(['a', 'b', 'c']);
    expect(committed()).toEqual(['a', 'b', 'c']);
  });

  it('puts the work of one turn in one transaction, or each delivery would pay for its own sync', async () => {
    const [, committedSoFar] = await Promise.all([group.run(write('a')), group.run(committed), group.run(write('c'))]);
    expect(committedSoFar).toEqual([]);
    expect(committed()).toEqual(['a', 'c']);
  });

  it('takes back work that fails, alone, or one bad event would take its neighbours along', async () => {
    const results = await Promise.allSettled([
      group.run(write('a')),
      group.run(() => {
        write('b')();
        throw new Error('out of paper');
      }),
      group.run(write('c')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(committed()).toEqual(['a', 'c']);
  });

  it('tells of each commit how much shared it, before anyone is answered, and of none that did not come about', async () => {
    const answered = Promise.all([group.run(write('a')), group.run(write('b'))]).then(() => commits.length);
    expect(await answered).toBe(1);
    fillDisk();
    const work = group.run(write(long));
    await nextTurn();
    expect(commits).toHaveLength(1);
    freeDisk();
    await work;
    expect(commits.map(({ works }) => works)).toEqual([2, 1]);
    for (const { ms } of commits) expect(ms).toBeGreaterThan(0);
  });

  it('goes on after a failure', async () => {
    await expect(group.run(() => database.exec('no SQL'))).rejects.toMatchObject({ code: 'SQLITE_ERROR' });
    await group.run(write('a'));
    expect(committed()).toEqual(['a']);
  });

  it('lets all work of a group wait on a full disk and commits it when there is space', async () => {
    fillDisk();
    const work = Promise.all([group.run(write('a')), group.run(write(long)), group.run(write('c'))]);
    await nextTurn();
    expect(group.diskFull).toBe(true);
    expect(committed()).toEqual([]);
    const late = group.run(write('d'));
    freeDisk();
    await work;
    await late;
    expect(group.diskFull).toBe(false);
    expect(committed()).toEqual(['a', long, 'c', 'd']);
  });

  it('tells when work begins to wait for space and when it is done, each once: nobody would know what it waits for', async () => {
    fillDisk();
    const work = group.run(write(long));
    await nextTurn();
    expect(group.diskFull).toBe(true);
    void group.run(write('b'));
    await nextTurn();
    expect(told).toEqual([true]);
    freeDisk();
    await work;
    expect(told).toEqual([true, false]);
  });

  it('waits as well when SQLite cannot make room for its shared memory: a service would end for want of space', async () => {
    let full = true;
    const work = group.run(() => {
      if (full) throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_SHMSIZE' });
      return write('a')();
    });
    await nextTurn();
    expect(group.diskFull).toBe(true);
    full = false;
    expect(await work).toBe('a');
    expect(committed()).toEqual(['a']);
  });

  it('commits what waits when it is closed, or a stop would lose work in flight', async () => {
    const work = group.run(write('a'));
    group.close();
    expect(committed()).toEqual(['a']);
    expect(await work).toBe('a');
  });

  it('takes no work once it is closed, and closing it twice does no harm', async () => {
    group.close();
    group.close();
    await expect(group.run(write('a'))).rejects.toThrow(GroupTransactionClosedError);
    expect(committed()).toEqual([]);
  });

  it('rejects at the close what a full disk still holds up, or the process could not end', async () => {
    fillDisk();
    const work = group.run(write(long));
    const rejected = expect(work).rejects.toThrow(GroupTransactionClosedError);
    await nextTurn();
    group.close();
    await rejected;
    freeDisk();
    await nextTurn();
    expect(committed()).toEqual([]);
  });

  it('rejects everyone when the transaction itself fails', async () => {
    const other = openDatabase(path, ['']);
    database.pragma('busy_timeout = 0');
    other.exec('BEGIN IMMEDIATE');
    const results = await Promise.allSettled([group.run(write('a')), group.run(write('b'))]);
    other.close();
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await group.run(write('c'));
    expect(committed()).toEqual(['c']);
  });

  it('gathers what comes after a commit while it rests: each of the many would hold up the thread for a sync of its own', async () => {
    const resting = new GroupTransaction(database, {
      rest: { part: Number.MAX_VALUE, msMax: 3_600_000 },
      onCommitted: (of) => commits.push(of),
    });
    await resting.run(write('first'));
    const later = ['second', 'third'].map(async (text, index) => {
      for (let turn = 0; turn < index; turn += 1) await nextTurn();
      return resting.run(write(text));
    });
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
    expect(committed()).toEqual(['first']);
    // Whoever closes does not wait for the rest.
    resting.close();
    expect(await Promise.all(later)).toEqual(['second', 'third']);
    expect(commits.map(({ works }) => works)).toEqual([1, 2]);
  });

  it('lets what comes right behind a commit wait for nothing if nothing was committed before it for as long as a rest', async () => {
    const msMax = 3_600_000;
    const resting = new GroupTransaction(database, { rest: { part: Number.MAX_VALUE, msMax } });
    let now = msMax;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => (now += 1));
    try {
      await resting.run(write('after a quiet time'));
      await resting.run(write('right behind it'));
      const last = resting.run(write('right behind that'));
      for (let turn = 0; turn < 5; turn += 1) await nextTurn();
      expect(committed()).toEqual(['after a quiet time', 'right behind it']);
      resting.close();
      await last;
    } finally {
      clock.mockRestore();
    }
  });
});
