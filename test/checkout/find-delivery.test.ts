import { describe, expect, it } from '@jest/globals';

import { findDelivery } from '../../services/checkout/find-delivery.js';
import type { Sequence } from '../../shared/outbox/index.js';
import { appendReadable } from '../support/append-readable.js';
import { JournalFiles } from '../support/journal-files.js';
import { openTestJournal } from '../support/open-test-journal.js';
import { sampleId } from '../support/sample-purchase.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

const newDirectory = temporaryDirectories();

describe('a delivery that a person asks for', () => {
  it('is told from one that is not owed: a bare 404 would send them looking for a purchase that is there', async () => {
    const directory = newDirectory();
    const first = await openTestJournal(directory, { destinations: ['warehouse'] });
    await appendReadable(first, 1, 2);
    await first.close();
    const { journal, delivery, close } = await openTestJournal(directory, { destinations: ['warehouse', 'loyalty'] });
    await appendReadable({ journal, delivery }, 3, 3);
    const find = (destination: string, sequence: number) => findDelivery(journal, destination, sequence as Sequence);
    expect(await find('loyalty', 3)).toMatchObject({
      purchase: { record: { purchase: { id: sampleId(3) } } },
      record: { destination: 'loyalty', state: 'pending' },
    });
    await expect(find('loyalty', 2)).rejects.toThrow(
      'Purchase 2 is not owed to loyalty, which was added after it or has been removed.',
    );
    await expect(find('warehouse', 4)).rejects.toThrow('There is no purchase 4.');
    await close();
  });

  it('is told from one that nobody knows any more: the database was lost, not the purchase', async () => {
    const files = new JournalFiles(newDirectory());
    await files.sell(1, 6);
    await files.confirm(4);
    files.removeDatabase();
    const { journal, close } = await files.open();
    const { unknownBefore } = journal.recovery;
    expect(unknownBefore).toBeGreaterThan(0);
    await expect(findDelivery(journal, 'warehouse', unknownBefore as Sequence)).rejects.toThrow(
      `Purchase ${unknownBefore} is not known any more`,
    );
    await close();
  });
});
