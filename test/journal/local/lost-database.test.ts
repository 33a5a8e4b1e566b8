import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';

import { beforeEach, describe, expect, it } from '@jest/globals';

import type { FromDelivery } from '../../../shared/journal/local/link.js';
import { LocalDeliveryJournal } from '../../../shared/journal/local/local-delivery-journal.js';
import type { Sequence } from '../../../shared/journal/types.js';
import { JournalFiles } from '../../support/journal-files.js';
import { openTestJournal } from '../../support/open-test-journal.js';
import { confirmed } from '../../support/sample-outcome.js';
import { sampleIds, samplePurchase } from '../../support/sample-purchase.js';
import { temporaryDirectories } from '../../support/temporary-directory.js';

const newDirectory = temporaryDirectories();

let files: JournalFiles;
beforeEach(() => {
  files = new JournalFiles(newDirectory());
});

describe('a database that is lost', () => {
  it.each<[string, () => void]>([
    [
      'with its -wal',
      () => {
        files.removeDatabase();
      },
    ],
    [
      'without its -wal',
      () => {
        files.removeDatabase(['']);
      },
    ],
    [
      'and replaced by an empty file',
      () => {
        files.removeDatabase();
        writeFileSync(join(files.directory, 'checkout.sqlite'), '');
      },
    ],
  ])('%s, is filled with what the log holds, and all of that is sent again', async (_how, lose) => {
    await files.sell(1, 6);
    lose();
    expect(await files.found()).toEqual({
      ids: sampleIds(1, 6),
      cursor: 0,
      lowWaterMark: 0,
      unknownBefore: 0,
      outcomesForgotten: 0,
    });
  });

  it('says at every start what it does not hold any more, or those who ask would be told that it never was', async () => {
    await files.sell(1, 6);
    await files.confirm(4);
    files.removeDatabase();
    const expected = {
      ids: sampleIds(5, 6),
      cursor: 4,
      lowWaterMark: 4,
      unknownBefore: 4,
      outcomesForgotten: 0,
    };
    expect(await files.found()).toEqual(expected);
    expect(await files.found()).toEqual(expected);
    await files.sell(7, 7);
    expect(await files.found()).toMatchObject({ ids: sampleIds(5, 7), unknownBefore: 4 });
  });

  it('is no reason for a new destination to wait for ever for what nobody can send it any more', async () => {
    await files.sell(1, 6);
    await files.confirm(4);
    files.removeDatabase();
    await files.found();
    const destinations = ['warehouse', { name: 'loyalty', from: 1 as Sequence }];
    const { journal, delivery, close } = await openTestJournal(files.directory, { segmentBytes: 1, destinations });
    expect(journal.recovery.destinations).toEqual([{ name: 'loyalty', what: 'added', owedFrom: 5 }]);
    for (const name of ['warehouse', 'loyalty']) await delivery.settle(name, [confirmed(5), confirmed(6)]);
    expect((await journal.progress()).log.lowWaterMark).toBe(6);
    await close();
  });

  it('may be killed while it is filled: what was pruned would be taken for undelivered, or for missing', async () => {
    await files.sell(1, 6);
    await files.confirm(4);
    files.removeDatabase();
    await fillUpToAKill(5);
    expect(await files.found()).toMatchObject({ lowWaterMark: 4, unknownBefore: 4, outcomesForgotten: 0 });
  });

  it('knows no key of before: one that comes again makes a second purchase, since it looks like a new one', async () => {
    const first = await files.open();
    await first.journal.append(samplePurchase(1, 'key'));
    await first.close();
    await files.sell(2, 3);
    await files.confirm(2);
    files.removeDatabase();

    const second = await files.open();
    expect(second.journal.recovery.unknownBefore).toBe(2);
    expect(await second.journal.append(samplePurchase(4, 'key'))).toEqual({ status: 'appended', sequence: 4 });
    await second.close();
  });
});

/** The delivering half alone, with a log that ends before what it is told: it adopts the log, and gets no further. */
async function fillUpToAKill(first: number): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const identity = readFileSync(files.segments()[0]!).subarray(16, 32).toString('hex');
  port1.on('message', (message: FromDelivery) => {
    if (message.type === 'opened') port1.postMessage({ type: 'log-opened', identity, first, durable: 99 });
  });
  const opened = LocalDeliveryJournal.open({
    port: port2,
    directory: files.directory,
    destinations: { served: [{ name: 'warehouse' }], removed: [] },
  });
  await expect(opened).rejects.toThrow();
  port1.close();
}
