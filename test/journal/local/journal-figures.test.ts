import { describe, expect, it } from '@jest/globals';

import { nodeFiles } from '../../../shared/wal/index.js';
import { deferred } from '../../../shared/journal/local/deferred.js';
import { faultyLogFiles } from '../../support/faulty-log-files.js';
import { nextTurn } from '../../support/next-turn.js';
import { openTestJournal } from '../../support/open-test-journal.js';
import { samplePurchase } from '../../support/sample-purchase.js';
import { temporaryDirectories } from '../../support/temporary-directory.js';
import { waitUntil } from '../../../shared/shop-client/wait-until.js';

const newDirectory = temporaryDirectories();

describe('what a journal tells without looking at purchases', () => {
  it('is how many wait for the disk, and how far the database is: a projector that is stuck would be seen by nobody', async () => {
    const { files, fault } = faultyLogFiles(nodeFiles);
    const directory = newDirectory();
    const { journal, close } = await openTestJournal(directory, { files });
    const synced = deferred<undefined>();
    fault.syncing = synced.promise;
    const append = journal.append(samplePurchase(1));
    await nextTurn();
    expect(journal.figures()).toMatchObject({ pendingEntries: 1, projectedSequence: 0 });
    expect(journal.figures()?.pendingBytes).toBeGreaterThan(100);
    synced.resolve(undefined);
    await append;
    expect(journal.figures()).toMatchObject({ pendingEntries: 0, pendingBytes: 0 });
    await waitUntil(
      'it is projected',
      () => Promise.resolve(journal.figures()?.projectedSequence),
      (sequence) => sequence === 1,
    );
    await close();
    // After a restart nothing has been projected by this process, and nothing is missing.
    const again = await openTestJournal(directory);
    expect(again.journal.figures()).toMatchObject({ projectedSequence: 1, rolledSegments: 0, prunedSegments: 0 });
    expect(again.journal.figures()?.database.pages).toBeGreaterThan(1);
    await again.close();
  });

  it('goes to whoever observes it: each purchase that is durable, and each batch, and none that was not written', async () => {
    const appended: number[] = [];
    const batches: number[] = [];
    const { journal, close } = await openTestJournal(newDirectory(), {
      observer: { appended: (ms) => appended.push(ms), committed: ({ entries }) => batches.push(entries) },
    });
    await Promise.all([1, 2, 3].map((number) => journal.append(samplePurchase(number, `key-${number}`))));
    await journal.append(samplePurchase(4, 'key-1'));
    expect(batches).toEqual([3]);
    expect(appended).toHaveLength(3);
    for (const ms of appended) expect(ms).toBeGreaterThan(0);
    await close();
    await expect(journal.append(samplePurchase(5))).rejects.toThrow();
    expect(appended).toHaveLength(3);
  });
});
