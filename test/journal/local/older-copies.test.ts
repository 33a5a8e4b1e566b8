import { cpSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

import { beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';

import { JournalFiles } from '../../support/journal-files.js';
import { openTestJournal } from '../../support/open-test-journal.js';
import { discarded } from '../../support/sample-outcome.js';
import { sampleIds, samplePurchase } from '../../support/sample-purchase.js';
import { temporaryDirectories } from '../../support/temporary-directory.js';

const newDirectory = temporaryDirectories();

let files: JournalFiles;
beforeEach(() => {
  files = new JournalFiles(newDirectory());
});

describe('a database that is older than the log', () => {
  it('is filled with what came since, and whatever was settled since is owed again', async () => {
    await files.sell(1, 3);
    await files.confirm(1);
    const copy = files.copy();
    const { delivery, close } = await files.open();
    await delivery.settle('warehouse', [discarded(3)]);
    await close();
    await files.sell(4, 6);
    files.restoreDatabase(copy);
    expect(await files.found()).toMatchObject({ ids: sampleIds(1, 6), cursor: 1, outcomesForgotten: 0 });
  });

  it('is used, and says what it has forgotten, when the log was pruned beyond its mark: it lacks no purchase', async () => {
    await files.sell(1, 6);
    const copy = files.copy();
    await files.confirm(4);
    await files.sell(7, 7);
    files.restoreDatabase(copy);
    expect(await files.found()).toEqual({
      ids: sampleIds(1, 7),
      cursor: 0,
      lowWaterMark: 0,
      unknownBefore: 0,
      outcomesForgotten: 4,
    });
  });

  it('does not know a destination that was added since, and owes it all the same what customers were told it gets', async () => {
    await files.sell(1, 2);
    const copy = files.copy();
    const destinations = ['warehouse', 'loyalty'];
    const added = await openTestJournal(files.directory, { destinations });
    for (const number of [3, 4]) await added.journal.append({ ...samplePurchase(number), destinations });
    expect((await added.journal.progress()).destinations.loyalty).toMatchObject({ pending: 2 });
    await added.close();
    files.restoreDatabase(copy);

    const found = await openTestJournal(files.directory, { destinations });
    expect(found.journal.recovery.destinations).toEqual([{ name: 'loyalty', what: 'added', owedFrom: 3 }]);
    expect(await found.delivery.openLane('loyalty')).toMatchObject({ cursor: 2 });
    expect((await found.journal.progress()).destinations.loyalty).toMatchObject({ pending: 2 });
    await found.close();
  });

  it('owes it that also when a kill came after the purchases were caught up with, and before it was entered', async () => {
    await files.sell(1, 2);
    const copy = files.copy();
    const destinations = ['warehouse', 'loyalty'];
    const added = await openTestJournal(files.directory, { destinations });
    await added.journal.append({ ...samplePurchase(3), destinations });
    await added.close();
    files.restoreDatabase(copy);
    // As such a kill leaves it: all purchases are there, and nothing of the destination.
    await (await files.open()).close();

    const found = await openTestJournal(files.directory, { destinations });
    expect(found.journal.recovery.destinations).toEqual([{ name: 'loyalty', what: 'added', owedFrom: 3 }]);
    await found.close();
  });

  it('is its last checkpoint when only the -wal is lost: that is an older copy as well', async () => {
    await files.sell(1, 2);
    await files.confirm(1);
    const database = new Database(join(files.directory, 'checkout.sqlite'));
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.close();
    await files.sell(3, 4);
    files.removeDatabase(['-wal', '-shm']);
    expect(await files.found()).toMatchObject({ ids: sampleIds(1, 4), cursor: 1, outcomesForgotten: 0 });
  });

  it('is refused when purchases after it are in no log any more: which ones, and both ways out, are said', async () => {
    await files.sell(1, 2);
    const copy = files.copy();
    await files.sell(3, 6);
    await files.confirm(6);
    files.restoreDatabase(copy);
    const message = await files.refusal();
    expect(message).toContain('begins with entry 6, but only 2 are stored elsewhere: entries 3 to 5 are in neither');
    expect(message).toContain(`${join(files.directory, 'checkout.sqlite')} holds entries up to 2 of log `);
    expect(message).toContain('Put back the newest copy of log and database that belong together');
    expect(message).toContain('move the database away, with its -wal and -shm');

    files.removeDatabase();
    expect(await files.found()).toMatchObject({ ids: sampleIds(6, 6), cursor: 5, unknownBefore: 5 });
  });
});

describe('a log that is older than the database', () => {
  let older: string;

  it.each<[string, () => void]>([
    [
      'without its last segment',
      () => {
        rmSync(files.segments().at(-1)!);
      },
    ],
    [
      'restored from a copy',
      () => {
        files.restoreLog(older);
      },
    ],
  ])('is refused, %s: numbers that customers were told would be given a second time', async (_how, lose) => {
    await files.sell(1, 3);
    older = files.copy();
    await files.sell(4, 6);
    lose();
    const message = await files.refusal();
    expect(message).toContain('was durable and cannot be read');
    expect(message).toContain('holds entries up to 6 of log ');
  });

  it('is refused when nothing of it is left, and what it costs to begin anew is said', async () => {
    await files.sell(1, 3);
    rmSync(join(files.directory, 'log'), { recursive: true });
    const message = await files.refusal();
    expect(message).toContain('holds no log, but 3 entries of one are known: restore the directory');
    expect(message).toContain('not delivered where they were not yet');
  });

  it('cannot be told when both were restored from one moment: sales since are known to the receivers alone', async () => {
    await files.sell(1, 3);
    const copy = files.copy();
    await files.sell(4, 5);
    files.restoreDatabase(copy);
    files.restoreLog(copy);
    expect(await files.found()).toMatchObject({ ids: sampleIds(1, 3), outcomesForgotten: 0 });
  });
});

describe('a database and a log that do not belong together', () => {
  it('are refused when they are of two shops: one would be delivered from its middle', async () => {
    await files.sell(1, 3);
    const other = new JournalFiles(newDirectory());
    await other.sell(1, 3);
    files.restoreDatabase(other.directory);
    const message = await files.refusal();
    expect(message).toContain('belongs to another log');
    expect(message).toContain('Put back the newest copy of log and database that belong together');
  });

  it('are refused when only the -wal is that of another shop', async () => {
    await files.sell(1, 3);
    const other = new JournalFiles(newDirectory());
    await other.sell(1, 3);
    cpSync(join(other.directory, 'checkout.sqlite-wal'), join(files.directory, 'checkout.sqlite-wal'));
    rmSync(join(files.directory, 'checkout.sqlite-shm'), { force: true });
    await files.refusal();
  });

  it('are refused when both went on selling after a copy: what the one counts as taken over is not in it', async () => {
    await files.sell(1, 3);
    const copy = files.copy();
    await files.sell(4, 5);
    const abandoned = files.copy();
    files.restoreDatabase(copy);
    files.restoreLog(copy);
    await files.sell(14, 17);
    expect((await files.found()).ids).toHaveLength(7);
    files.restoreDatabase(abandoned);
    const message = await files.refusal();
    expect(message).toContain('entry 5 of the log is not the purchase that the database holds as 5');
    expect(message).toContain('move the database away');
  });

  it('are refused when a key was used again while the database was lost: one of two purchases would be overwritten', async () => {
    const first = await files.open();
    await first.journal.append(samplePurchase(1, 'the key'));
    await first.close();
    await files.sell(2, 3);
    const found = files.copy();
    await files.confirm(2);
    files.removeDatabase();
    const second = await files.open();
    await second.journal.append(samplePurchase(4, 'the key'));
    await second.close();

    files.restoreDatabase(found);
    const message = await files.refusal();
    expect(message).toContain('entry 4 of the log');
    expect(message).toContain('has the idempotency key of entry 1');
    expect(message).not.toContain('the key');
    expect(message).toContain('move the database away');
  });
});

describe('a refusal to open', () => {
  it('leaves every file as it was, the database and its -wal too: whoever investigates finds what was found', async () => {
    await files.sell(1, 3);
    expect(readFileSync(join(files.directory, 'checkout.sqlite-wal'))).not.toHaveLength(0);
    rmSync(files.segments().at(-1)!);
    const before = files.contents();
    await files.refusal();
    expect(files.contents()).toEqual(before);
  });
});

describe('a kill between the settle and the end of pruning', () => {
  it.each([0, 1, 2, 3, 4])('is harmless when %d of four segments were gone, durably or not', async (gone) => {
    await files.sell(1, 6);
    const unpruned = files.copy();
    await files.confirm(4);
    files.restoreLog(unpruned);
    for (const segment of files.segments().slice(0, gone)) rmSync(segment);
    expect(await files.found()).toMatchObject({ ids: sampleIds(1, 6), cursor: 4, outcomesForgotten: 0 });
    const { journal, close } = await openTestJournal(files.directory, { destinations: ['warehouse'] });
    while ((await journal.progress()).log.firstSequence < 5) await new Promise(setImmediate);
    await close();
    expect(files.segments().map((path) => basename(path, '.wal'))).toEqual(['5', '6'].map((n) => n.padStart(20, '0')));
  });
});
