/*
 * Keys that expire, and what may come between: a kill, a lost or an older database, a disk that fails, a clock that is wrong.
 */
import { join } from 'node:path';

import { beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';

import type { EpochMs } from '../../../shared/journal/types.js';
import { nodeFiles } from '../../../shared/wal/index.js';
import { readable } from '../../support/append-readable.js';
import { faultyLogFiles, systemError } from '../../support/faulty-log-files.js';
import { JournalFiles } from '../../support/journal-files.js';
import { settled } from '../../support/manual-clock.js';
import { ManualLogClock } from '../../support/manual-log-clock.js';
import { openTestJournal, type TestJournal } from '../../support/open-test-journal.js';
import { confirmed } from '../../support/sample-outcome.js';
import { keyedPurchase } from '../../support/sample-purchase.js';
import { temporaryDirectories } from '../../support/temporary-directory.js';
import { waitUntil } from '../../../shared/shop-client/wait-until.js';

const newDirectory = temporaryDirectories();
const noon = Date.UTC(2030, 0, 1, 12);
const hour = 3_600_000;

/** A purchase under a key, kept for an hour. */
const keyed = (number: number, acceptedAt: number, key = 'click') =>
  keyedPurchase(number, { key, acceptedAt, expiresAt: acceptedAt + hour });

const holder = async ({ journal }: TestJournal, at: number) =>
  (await journal.findByKey({ key: 'click' }, at as EpochMs))?.sequence;

let files: JournalFiles;
let clock: ManualLogClock;
beforeEach(() => {
  files = new JournalFiles(newDirectory());
  clock = new ManualLogClock();
});

/** Each purchase in a segment of its own. */
const open = () => openTestJournal(files.directory, { segmentBytes: 1, destinations: ['warehouse'], clock });

/** Has everything up to `last` confirmed, and returns once the log begins behind it. */
async function prune({ journal, delivery }: TestJournal, last: number): Promise<void> {
  await readable(delivery, last + 1);
  const { cursor } = await delivery.openLane('warehouse');
  for (let number = cursor + 1; number <= last; number += 1) await delivery.settle('warehouse', [confirmed(number)]);
  while ((await journal.progress()).log.firstSequence <= last) await new Promise(setImmediate);
}

/** What the database finds purchases by. */
function keysInIndex(): string[] {
  const database = new Database(join(files.directory, 'checkout.sqlite'), { readonly: true });
  const keys = database
    .prepare<[], string>('SELECT idempotency_key FROM purchases WHERE idempotency_key IS NOT NULL ORDER BY sequence')
    .pluck()
    .all();
  database.close();
  return keys;
}

describe('keys that have expired', () => {
  it('leave the database as time passes, or it would grow with the age of the shop; what is not due stays', async () => {
    const test = await open();
    for (const number of [1, 2, 3]) await test.journal.append(keyed(number, noon + number, `key-${number}`));
    await test.journal.append(keyed(4, noon + 2 * hour + 2, 'key-4'));
    await prune(test, 3);
    clock.advance(60_000);
    await waitUntil(
      'the keys of 1 and 2 are gone',
      () => Promise.resolve(keysInIndex()),
      (keys) => keys.length <= 2,
    );
    await settled();
    expect(keysInIndex()).toEqual(['key-3', 'key-4']);
    await test.close();
  });

  it('stay while the log holds their purchases: filled from it, the database would refuse what came since', async () => {
    const first = await open();
    await first.journal.append(keyed(1, noon));
    await first.journal.append(keyed(2, noon + 9 * hour, 'much later'));
    await readable(first.delivery, 2);
    clock.advance(60_000);
    await settled();
    expect(keysInIndex()).toEqual(['click', 'much later']);
    // The clock is set back: had the key gone, this would be a purchase that no database takes beside the first.
    expect(await first.journal.append(keyed(3, noon + 1))).toMatchObject({ status: 'duplicate' });
    await first.close();
    files.removeDatabase();
    const second = await open();
    expect(await holder(second, noon + 1)).toBe(1);
    await second.close();
  });

  it('may be used before their time when a clock was hours ahead, and nothing is refused for it after a loss', async () => {
    const first = await open();
    await first.journal.append(keyed(1, noon));
    await first.journal.append(keyed(2, noon + 9 * hour, 'ahead'));
    await first.journal.append(keyed(3, noon + 9 * hour, 'also ahead'));
    await prune(first, 2);
    clock.advance(60_000);
    await waitUntil(
      'the key is gone',
      () => Promise.resolve(keysInIndex()),
      (keys) => !keys.includes('click'),
    );
    expect(await first.journal.append(keyed(4, noon + 1))).toEqual({ status: 'appended', sequence: 4 });
    await first.close();
    files.removeDatabase();
    const second = await open();
    expect(await holder(second, noon + 1)).toBe(4);
    await second.close();
  });
});

describe('a key that was used again', () => {
  it('before the first purchase was in the database stands for the second, also after a kill at once', async () => {
    const first = await open();
    await first.delivery.close();
    await first.journal.append(keyed(1, noon));
    await first.journal.append(keyed(2, noon + hour));
    expect(await holder(first, noon + hour)).toBe(2);
    await first.close();
    const second = await open();
    expect(await holder(second, noon + hour)).toBe(2);
    expect(keysInIndex()).toEqual(['click']);
    expect(await second.journal.append(keyed(3, noon + hour + 1))).toMatchObject({ existing: { sequence: 2 } });
    await second.close();
  });

  it('just before a kill, while the database knew the first purchase, stands for the second', async () => {
    const first = await open();
    await first.journal.append(keyed(1, noon));
    await readable(first.delivery, 1);
    await first.delivery.close();
    await first.journal.append(keyed(2, noon + hour));
    await first.close();
    expect(keysInIndex()).toEqual(['click']);
    const second = await open();
    expect(await holder(second, noon + hour)).toBe(2);
    await second.close();
  });

  it('stands for the second in a database that is older than that, and is filled from the log', async () => {
    const first = await open();
    await first.journal.append(keyed(1, noon));
    await readable(first.delivery, 1);
    await first.close();
    const copy = files.copy();
    const second = await open();
    await second.journal.append(keyed(2, noon + hour));
    await second.close();
    files.restoreDatabase(copy);
    const third = await open();
    expect(await holder(third, noon + hour)).toBe(2);
    await third.close();
  });

  it('for a purchase that could not be written stands for the first still: else the log would hold it twice', async () => {
    const { files: disk, fault } = faultyLogFiles(nodeFiles);
    const test = await openTestJournal(files.directory, { files: disk, destinations: ['warehouse'] });
    await test.delivery.close();
    await test.journal.append(keyed(1, noon));
    fault.write = systemError('ENOSPC');
    await expect(test.journal.append(keyed(2, noon + hour))).rejects.toMatchObject({ code: 'disk-full' });
    fault.write = undefined;
    expect(await holder(test, noon + hour - 1)).toBe(1);
    expect(await test.journal.append(keyed(3, noon + 1))).toMatchObject({ existing: { sequence: 1 } });
    await test.close();
  });
});
