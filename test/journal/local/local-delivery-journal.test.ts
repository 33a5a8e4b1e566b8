import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';

import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';

import type { Journal } from '../../../shared/journal/index.js';
import type { FromDelivery } from '../../../shared/journal/local/link.js';
import { LocalDeliveryJournal } from '../../../shared/journal/local/local-delivery-journal.js';
import type { EpochMs, Sequence } from '../../../shared/journal/types.js';
import { appendReadable } from '../../support/append-readable.js';
import { connectionsOpenedBy, fillDisk, freeDisk } from '../../support/database-connections.js';
import { openFilesUnder } from '../../support/open-files.js';
import { openTestJournal } from '../../support/open-test-journal.js';
import { confirmed, discarded, parked, retriedByPerson } from '../../support/sample-outcome.js';
import { sampleId, samplePurchase } from '../../support/sample-purchase.js';
import { temporaryDirectories } from '../../support/temporary-directory.js';
import { waitUntil } from '../../../shared/shop-client/wait-until.js';

const newDirectory = temporaryDirectories();
const sequence = (number: number) => number as Sequence;
const turn = () => new Promise(setImmediate);

function segmentsOf(directory: string): string[] {
  return readdirSync(join(directory, 'log')).filter((name) => name.endsWith('.wal'));
}

/** The delivering half alone; the test plays the other one. */
async function openAlone(directory: string) {
  const { port1, port2 } = new MessageChannel();
  const heard: FromDelivery[] = [];
  const first = new Promise<FromDelivery>((resolve) => {
    port1.on('message', (message: FromDelivery) => {
      heard.push(message);
      resolve(message);
    });
  });
  const closed = new Promise<void>((resolve) => {
    port1.on('close', resolve);
  });
  const opened = LocalDeliveryJournal.open({
    port: port2,
    directory,
    destinations: { served: [{ name: 'warehouse' }], removed: [] },
  });
  opened.catch(() => undefined);
  await first;
  return { port1, heard, opened, closed };
}

describe('the delivering half, opening', () => {
  it('ends, and holds no file, when the other half gives up: the process could not exit to be started anew', async () => {
    const directory = newDirectory();
    const { port1, opened } = await openAlone(directory);
    expect(openFilesUnder(directory)).not.toEqual([]);
    port1.close();
    await expect(opened).rejects.toThrow('gave up');
    expect(openFilesUnder(directory)).toEqual([]);
  });

  it('tells the other half, and ends, when there is no log where one is said to be', async () => {
    const directory = newDirectory();
    const { port1, heard, opened, closed } = await openAlone(directory);
    port1.postMessage({ type: 'log-opened', identity: 'a'.repeat(32), first: 1, durable: 3, reserveBytes: 0 });
    await expect(opened).rejects.toThrow('log');
    await closed;
    expect(heard.at(-1)).toMatchObject({ type: 'failed', needsPerson: true });
    expect(openFilesUnder(directory)).toEqual([]);
  });

  it('tells the other half which file it cannot use', async () => {
    const directory = newDirectory();
    writeFileSync(join(directory, 'checkout.sqlite'), 'this is not a database, and never was one');
    const { heard, opened, closed } = await openAlone(directory);
    await expect(opened).rejects.toMatchObject({ name: 'DatabaseUnusableError' });
    await closed;
    expect(heard).toMatchObject([{ type: 'failed', needsPerson: true }]);
    expect(heard[0]).toHaveProperty('message', expect.stringContaining(join(directory, 'checkout.sqlite')));
  });

  it('removes the segments that were below the mark when the process died between settling and unlinking', async () => {
    const directory = newDirectory();
    const first = await openTestJournal(directory, { segmentBytes: 1, destinations: ['warehouse'] });
    // One batch each, so that each has a segment to itself.
    for (let number = 1; number <= 5; number += 1) await appendReadable(first, number, number);
    await first.close();
    // The mark is committed, and nothing is unlinked: a destination that is removed now held it.
    const before = segmentsOf(directory);
    const second = await openTestJournal(directory, { destinations: [], removed: ['warehouse'] });
    expect(second.journal.recovery.lowWaterMark).toBe(5);
    await second.close();
    expect(before).toHaveLength(5);
    expect(segmentsOf(directory)).toHaveLength(1);
  });
});

describe('the database that a process left behind', () => {
  it('is made durable before a mark in it is believed: the log below is pruned on the strength of it', async () => {
    const directory = newDirectory();
    const first = await openTestJournal(directory);
    await appendReadable(first, 1, 3);
    const left = newDirectory();
    // As a kill leaves it: SQLite's own log beside the database. Copying the lock would release it.
    cpSync(directory, left, { recursive: true, filter: (path) => !path.endsWith('lock') });
    await first.close();
    expect(statSync(join(left, 'checkout.sqlite-wal')).size).toBeGreaterThan(0);
    const database = readFileSync(join(left, 'checkout.sqlite'));
    const second = await openTestJournal(left);
    expect(readFileSync(join(left, 'checkout.sqlite')).equals(database)).toBe(false);
    await second.close();
  });
});

describe('the destinations that purchases are owed to', () => {
  it('owe nothing of before they were added, not even what a crash left unprojected', async () => {
    const directory = newDirectory();
    const first = await openTestJournal(directory, { destinations: ['warehouse'] });
    await appendReadable(first, 1, 2);
    await first.delivery.close();
    await first.journal.append(samplePurchase(3));
    await first.journal.close();

    const second = await openTestJournal(directory, { destinations: ['warehouse', 'loyalty'] });
    expect(await second.delivery.openLane('loyalty')).toMatchObject({ cursor: 3 });
    expect((await second.journal.progress()).destinations.loyalty).toMatchObject({ pending: 0 });
    expect(await second.journal.deliveriesOf(sequence(3))).toMatchObject([{ destination: 'warehouse' }]);
    await second.close();
  });

  it('may be none: the mark follows all the same, or the log would never be pruned and fill the disk', async () => {
    const test = await openTestJournal(newDirectory(), { destinations: [] });
    await appendReadable(test, 1, 3);
    await waitUntil(
      'the mark',
      () => test.journal.progress(),
      ({ log }) => log.lowWaterMark === 3,
    );
    await test.close();
  });
});

describe('the last thing that holds the mark', () => {
  /** Five entries with a segment each, of which the second is parked and all others are confirmed. */
  async function openHeld() {
    const directory = newDirectory();
    const test = await openTestJournal(directory, { segmentBytes: 1, destinations: ['warehouse'] });
    for (let number = 1; number <= 5; number += 1) await appendReadable(test, number, number);
    const outcomes = [1, 2, 3, 4, 5].map((number) => (number === 2 ? parked(number) : confirmed(number)));
    await test.delivery.settle('warehouse', outcomes);
    return { ...test, directory };
  }

  it.each([
    ['a person gives it up', [discarded(2)]],
    ['it is confirmed after all', [retriedByPerson(2), confirmed(2, 2)]],
  ])('lets it go the moment %s: the log is pruned without another purchase or settle', async (_how, outcomes) => {
    const { delivery, journal, directory, close } = await openHeld();
    expect((await journal.progress()).log.lowWaterMark).toBe(1);
    for (const outcome of outcomes) await delivery.settle('warehouse', [outcome]);
    expect((await journal.progress()).log.lowWaterMark).toBe(5);
    await waitUntil(
      'the segments below the mark are gone',
      () => Promise.resolve(segmentsOf(directory)),
      (segments) => segments.length === 1,
    );
    await close();
  });

  it('keeps holding it while a person only has it tried again: it may be refused again', async () => {
    const { delivery, journal, directory, close } = await openHeld();
    await delivery.settle('warehouse', [retriedByPerson(2)]);
    await turn();
    expect((await journal.progress()).log.lowWaterMark).toBe(1);
    expect(segmentsOf(directory).length).toBeGreaterThanOrEqual(4);
    await close();
  });
});

describe('the delivering half, failing', () => {
  it('settles nothing after it failed, and says so to whoever takes purchases', async () => {
    const test = await openTestJournal(newDirectory());
    await appendReadable(test, 1, 1);
    test.delivery.fail(new Error('a lane broke'));
    await expect(test.delivery.settle('warehouse', [confirmed(1)])).rejects.toThrow('failed');
    await expect(test.journal.failed).rejects.toThrow('a lane broke');
    expect(test.journal.health()).toEqual({ ok: false, reason: 'failed', detail: 'a lane broke' });
    expect(await test.delivery.outcome('warehouse', sequence(1))).toBeUndefined();
    await test.close();
  });

  it.each([
    ['SQLITE_CORRUPT', 'JournalUnusableError', 'is damaged'],
    ['SQLITE_IOERR_FSYNC', 'JournalFailedError', 'the disk'],
  ])(
    'of %s, says by a %s whether a start anew would help, or a supervisor would try it for ever',
    async (code, name, words) => {
      const test = await openTestJournal(newDirectory());
      test.delivery.fail(Object.assign(new Error('what the disk says'), { code }));
      await expect(test.journal.failed).rejects.toMatchObject({ name });
      await expect(test.journal.failed).rejects.toThrow(words);
      await test.close();
    },
  );

  it('needs a person when the log gives a purchase another place than the database: neither is overwritten', async () => {
    const directory = newDirectory();
    const test = await openTestJournal(directory);
    await appendReadable(test, 1, 1);
    const intruder = new Database(join(directory, 'checkout.sqlite'));
    intruder.prepare("INSERT INTO purchases SELECT 7, 'another', 'the key', record FROM purchases").run();
    intruder.close();
    await test.journal.append(samplePurchase(2, 'another key'));
    await appendReadable(test, 3, 6);
    await test.journal.append(samplePurchase(7));
    await expect(test.journal.failed).rejects.toMatchObject({ name: 'JournalUnusableError' });
    await expect(test.journal.failed).rejects.toThrow(
      `entry 7 of the log, purchase ${sampleId(7)}, is not the one that is on record in its place`,
    );
    expect(await test.journal.find('another')).toMatchObject({ sequence: 7 });
    await test.close();
  });

  it.each<[string, (delivery: LocalDeliveryJournal) => Promise<unknown>]>([
    ['openLane', (delivery) => delivery.openLane('nobody')],
    ['settle', (delivery) => delivery.settle('nobody', [])],
    ['setPaused', (delivery) => delivery.setPaused('nobody', true, { at: 1 as EpochMs, why: undefined })],
    ['outcome', (delivery) => delivery.outcome('nobody', sequence(1))],
    ['parked', (delivery) => delivery.parked('nobody', sequence(0), 1)],
    ['readEntry', (delivery) => delivery.readEntry(sequence(1))],
  ])('rejects, and does not throw, when %s is asked for what is not there', async (_name, ask) => {
    const { delivery, close } = await openTestJournal(newDirectory());
    const asked = ask(delivery);
    await expect(asked).rejects.toThrow('there is no');
    await close();
  });
});

describe('the delivering half on a full disk', () => {
  const untilHealthIs = (journal: Journal, ok: boolean) =>
    waitUntil(
      `the health of the journal is ${String(ok)}`,
      () => Promise.resolve(journal.health().ok),
      (seen) => seen === ok,
    );

  async function openOnFullDisk() {
    const { result: test, connections } = await connectionsOpenedBy(() => openTestJournal(newDirectory()));
    await appendReadable(test, 1, 40);
    const database = connections.find(({ name }) => name.endsWith('checkout.sqlite'));
    if (!database) throw new Error('no connection was opened');
    fillDisk(database);
    const outcomes = Array.from({ length: 40 }, (_, index) => parked(index + 1, 'x'.repeat(1000)));
    return { ...test, database, settled: test.delivery.settle('warehouse', outcomes) };
  }

  it('lets a settle wait, and settles it once there is room: nothing is sent twice for want of space', async () => {
    const { delivery, journal, database, settled, close } = await openOnFullDisk();
    await untilHealthIs(journal, false);
    expect(await delivery.outcome('warehouse', sequence(1))).toBeUndefined();
    expect(journal.health()).toMatchObject({ reason: 'disk-full', detail: expect.stringContaining('full') });
    await expect(journal.append(samplePurchase(41))).rejects.toMatchObject({ code: 'disk-full' });
    freeDisk(database);
    await settled;
    expect(await delivery.outcome('warehouse', sequence(40))).toMatchObject({ state: 'parked' });
    await untilHealthIs(journal, true);
    expect(await journal.append(samplePurchase(41))).toMatchObject({ status: 'appended' });
    await close();
  });

  it('can be stopped: an operator who makes room by a restart would wait for ever', async () => {
    const { journal, settled, close } = await openOnFullDisk();
    await journal.append(samplePurchase(41));
    const refused = expect(settled).rejects.toThrow('nothing was written');
    await turn();
    await close();
    await refused;
  });
});

describe('the delivering half, closing', () => {
  it('commits what was handed in before: a delivery that was confirmed would be made again', async () => {
    const directory = newDirectory();
    const test = await openTestJournal(directory);
    await appendReadable(test, 1, 1);
    const settled = test.delivery.settle('warehouse', [confirmed(1)]);
    await test.close();
    await settled;
    const reopened = await openTestJournal(directory);
    expect(await reopened.delivery.outcome('warehouse', sequence(1))).toMatchObject({ state: 'confirmed' });
    await reopened.close();
  });

  it('closes every file, and may be told twice', async () => {
    const directory = newDirectory();
    const { delivery, journal, close } = await openTestJournal(directory);
    await close();
    await delivery.close();
    await journal.close();
    expect(openFilesUnder(directory)).toEqual([]);
  });
});
