import { describe, expect, it } from '@jest/globals';

import { openTestJournal } from '../../support/open-test-journal.js';
import { sampleId, samplePurchase } from '../../support/sample-purchase.js';
import { temporaryDirectories } from '../../support/temporary-directory.js';

const newDirectory = temporaryDirectories();

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
    expect(await second.journal.findByKey('key-601')).toMatchObject({ sequence: 601 });
    expect(await second.journal.append(samplePurchase(1000, 'key-600'))).toMatchObject({
      status: 'duplicate',
      existing: { sequence: 600 },
    });
    await second.close();
  });
});
