import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';

import { openLocalJournal } from '../../../shared/journal/index.js';
import type { Sequence } from '../../../shared/journal/types.js';
import { nodeFiles } from '../../../shared/wal/index.js';
import { appendReadable } from '../../support/append-readable.js';
import { FakeDisk } from '../../support/fake-disk.js';
import { faultyLogFiles, systemError } from '../../support/faulty-log-files.js';
import { openFilesUnder } from '../../support/open-files.js';
import { openTestJournal } from '../../support/open-test-journal.js';
import { confirmed } from '../../support/sample-outcome.js';
import { sampleId, samplePurchase, sampleTime } from '../../support/sample-purchase.js';
import { temporaryDirectories } from '../../support/temporary-directory.js';
import { waitUntil } from '../../../shared/shop-client/wait-until.js';

const newDirectory = temporaryDirectories();
const sequence = (number: number) => number as Sequence;
const run = promisify(execFile);
const unusable = { name: 'JournalUnusableError', code: 'unusable' };

/** A journal that was closed in order, with purchases 1 to 6 in as many segments, the first `settled` of them confirmed. */
async function closedJournal(settled = 0): Promise<string> {
  const directory = newDirectory();
  const test = await openTestJournal(directory, { segmentBytes: 1, destinations: ['warehouse'] });
  for (let number = 1; number <= 6; number += 1) await appendReadable(test, number, number);
  for (let number = 1; number <= settled; number += 1) await test.delivery.settle('warehouse', [confirmed(number)]);
  await test.close();
  return directory;
}

function removeDatabase(directory: string): void {
  for (const ending of ['', '-wal', '-shm']) rmSync(join(directory, `checkout.sqlite${ending}`), { force: true });
}

/** Nothing but the open journal would keep the directory locked. */
async function expectFree(directory: string): Promise<void> {
  const test = await openTestJournal(directory, { destinations: ['warehouse'] });
  await test.close();
}

describe('opening the local journal', () => {
  it('finds, by id and by key, what was durable but not yet projected when the process died', async () => {
    const directory = newDirectory();
    const first = await openTestJournal(directory);
    await first.delivery.close();
    for (let number = 1; number <= 600; number += 1) void first.journal.append(samplePurchase(number, `key-${number}`));
    await first.journal.append(samplePurchase(601, 'key-601'));
    await first.journal.close();

    const second = await openTestJournal(directory);
    expect(await second.journal.find(sampleId(1))).toMatchObject({ sequence: 1 });
    expect(await second.journal.findByKey({ key: 'key-601' }, sampleTime)).toMatchObject({ sequence: 601 });
    expect(await second.journal.append(samplePurchase(1000, 'key-600'))).toMatchObject({
      status: 'duplicate',
      existing: { sequence: 600 },
    });
    await second.close();
  });

  it('finds all that it held when it is opened again, and hands it on', async () => {
    const directory = await closedJournal(4);
    const { journal, delivery, close } = await openTestJournal(directory, { destinations: ['warehouse'] });
    expect(journal.recovery).toMatchObject({ durableSequence: 6, lowWaterMark: 4, replayed: 2, tornBytes: 0 });
    expect(Object.keys(journal.recovery)).not.toContain('type');
    expect(await delivery.readEntry(sequence(1))).toMatchObject({ id: sampleId(1) });
    await close();
  });
});

describe('a database that is lost', () => {
  it('is filled again with all that the log holds, and all of it is delivered again', async () => {
    const directory = await closedJournal();
    removeDatabase(directory);
    const { journal, delivery, close } = await openTestJournal(directory, { destinations: ['warehouse'] });
    expect(journal.recovery).toMatchObject({ unknownBefore: 0, lowWaterMark: 0, replayed: 6 });
    expect(await journal.find(sampleId(1))).toMatchObject({ sequence: 1 });
    expect(await delivery.openLane('warehouse')).toMatchObject({ cursor: 0 });
    expect((await journal.progress()).destinations.warehouse).toMatchObject({ pending: 6 });
    await close();
  });

  it('is filled with what the log still holds; how many purchases are unknown is said, and the rest is delivered', async () => {
    const directory = await closedJournal(4);
    removeDatabase(directory);
    const { journal, delivery, close } = await openTestJournal(directory, { destinations: ['warehouse'] });
    const { unknownBefore, lowWaterMark } = journal.recovery;
    expect(unknownBefore).toBeGreaterThan(0);
    expect(lowWaterMark).toBe(unknownBefore);
    expect(await journal.purchases(sequence(0), 1)).toMatchObject([{ sequence: unknownBefore + 1 }]);
    expect(await delivery.openLane('warehouse')).toMatchObject({ cursor: unknownBefore });
    expect((await journal.progress()).destinations.warehouse).toMatchObject({ pending: 6 - unknownBefore });
    await close();
  });
});

describe('a journal on a disk that fails while it is opened', () => {
  /** Opens it on a disk whose writes fail so, then on one that works. */
  async function openTwice(directory: string, code: string) {
    const { files, fault } = faultyLogFiles(nodeFiles);
    fault.write = systemError(code);
    const failure = await openTestJournal(directory, { destinations: ['warehouse'], files }).catch(
      (error: unknown) => error,
    );
    // The other half hears of it over the link, and closes what it has open.
    await waitUntil(
      'every file is closed',
      () => Promise.resolve(openFilesUnder(directory)),
      (files) => files.length === 0,
    );
    const left = readdirSync(join(directory, 'log')).filter((name) => name.endsWith('.new'));
    await expectFree(directory);
    return { failure, left };
  }

  /** Of which opening must write something: the database does not say that the last batch is on disk. */
  async function journalInDoubt(): Promise<string> {
    const directory = await closedJournal();
    removeDatabase(directory);
    return directory;
  }

  it.each([
    ['a new one', () => Promise.resolve(newDirectory())],
    ['one with purchases', journalInDoubt],
  ])(
    'that is full is no case for a person: %s opens once there is space, with nothing half done',
    async (_what, make) => {
      const { failure, left } = await openTwice(await make(), 'ENOSPC');
      expect(failure).toMatchObject({ name: 'JournalNoSpaceError', code: 'no-space' });
      expect(failure).toHaveProperty('message', expect.stringContaining('ENOSPC'));
      expect(left).toEqual([]);
    },
  );

  it('that cannot write at all is to be tried again by a new process: it may be well by then', async () => {
    const { failure } = await openTwice(await journalInDoubt(), 'EIO');
    expect(failure).toMatchObject({ name: 'JournalFailedError' });
  });

  it('that is read-only needs a person', async () => {
    const { failure } = await openTwice(await journalInDoubt(), 'EROFS');
    expect(failure).toMatchObject(unusable);
  });

  it('that has no room for the database is full as well', async () => {
    const directory = newDirectory();
    const disk = new FakeDisk();
    disk.roomBytes = 0;
    const opening = openLocalJournal({
      directory,
      disk,
      startDelivery: (port) => {
        port.postMessage({ type: 'failed', message: 'unable to open', needsPerson: true, code: 'SQLITE_CANTOPEN' });
      },
    });
    await expect(opening).rejects.toMatchObject({ name: 'JournalNoSpaceError' });
    await expectFree(directory);
  });
});

describe('a journal that must not be opened', () => {
  it.each<[string, (directory: string) => void, string]>([
    [
      'the log is lost',
      (directory) => {
        rmSync(join(directory, 'log'), { recursive: true });
      },
      'holds no log',
    ],
    [
      'the end of the log is lost',
      (directory) => {
        const last = readdirSync(join(directory, 'log'))
          .filter((name) => name.endsWith('.wal'))
          .toSorted()
          .at(-1);
        truncateSync(join(directory, 'log', last ?? ''), 64);
      },
      'damaged',
    ],
    [
      'a newer build has changed the database',
      (directory) => {
        const database = new Database(join(directory, 'checkout.sqlite'));
        database.pragma('user_version = 99');
        database.close();
      },
      'newer build',
    ],
    [
      'the database is damaged',
      (directory) => {
        removeDatabase(directory);
        writeFileSync(join(directory, 'checkout.sqlite'), 'not a database '.repeat(100));
      },
      'checkout.sqlite is damaged, or is no database',
    ],
    [
      'a folder is in the place of the database',
      (directory) => {
        removeDatabase(directory);
        mkdirSync(join(directory, 'checkout.sqlite'));
      },
      'checkout.sqlite is no file',
    ],
    [
      'a table of the database is gone',
      (directory) => {
        const database = new Database(join(directory, 'checkout.sqlite'));
        database.exec('DROP TABLE deliveries');
        database.close();
      },
      'checkout.sqlite',
    ],
  ])('is refused, with what a person needs to know, when %s; the lock is released', async (_what, harm, message) => {
    const directory = await closedJournal();
    harm(directory);
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const opening = openTestJournal(directory, { destinations: ['warehouse'] });
      // The second attempt is refused for the same reason, not because the first still has the lock.
      await expect(opening).rejects.toMatchObject(unusable);
      await expect(opening).rejects.toThrow(message);
    }
  });

  it('is refused while another has it open, and left in peace', async () => {
    const directory = newDirectory();
    const first = await openTestJournal(directory);
    await expect(openTestJournal(directory)).rejects.toMatchObject(unusable);
    await appendReadable(first, 1, 1);
    expect(first.journal.health()).toEqual({ ok: true });
    await first.close();
  });
});

describe('a delivering half that does not come up', () => {
  it('does not keep the other one waiting when its thread ends', async () => {
    const directory = await closedJournal();
    const opening = openLocalJournal({
      directory,
      startDelivery: (port) => {
        port.close();
      },
    });
    await expect(opening).rejects.toMatchObject({ name: 'JournalFailedError' });
    expect(openFilesUnder(directory)).toEqual([]);
    await expectFree(directory);
  });

  it('does not keep the lock when its thread cannot be started', async () => {
    const directory = newDirectory();
    const opening = openLocalJournal({
      directory,
      startDelivery: () => {
        throw new Error('no more threads');
      },
    });
    await expect(opening).rejects.toThrow('no more threads');
    await expectFree(directory);
  });
});

describe('a process that has closed its journal', () => {
  const opener = new URL('../../support/open-test-journal.js', import.meta.url).href;

  it.each([
    ['after it was closed', `await (await openTestJournal(directory)).close();`],
    [
      'after it could not be opened',
      `const first = await openTestJournal(directory);
       await openTestJournal(directory).then(() => process.exit(1), () => undefined);
       await first.close();`,
    ],
  ])('ends by itself %s: a supervisor would wait for it for ever', async (_when, code) => {
    const script = `import { openTestJournal } from ${JSON.stringify(opener)};
      const directory = process.argv[1];
      ${code}`;
    const ended = run(process.execPath, ['--input-type=module', '-e', script, newDirectory()], { timeout: 30_000 });
    await expect(ended).resolves.toMatchObject({ stderr: '' });
  });
});
