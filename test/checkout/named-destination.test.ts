import { describe, expect, it } from '@jest/globals';

import { findDelivery } from '../../services/checkout/find-delivery.js';
import { namedDestination } from '../../services/checkout/named-destination.js';
import type { Sequence } from '../../shared/outbox/index.js';
import { appendReadable } from '../support/append-readable.js';
import { openTestJournal } from '../support/open-test-journal.js';
import { parked } from '../support/sample-outcome.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

const newDirectory = temporaryDirectories();

describe('a destination that a person names', () => {
  it('is told from one that is missing or was removed: "there is no such" would send them looking for a typing error', async () => {
    const directory = newDirectory();
    const first = await openTestJournal(directory, { destinations: ['warehouse', 'finance', 'loyalty'] });
    await appendReadable(first, 1, 1);
    await first.delivery.settle('finance', [parked(1, '422 unknown currency')]);
    await first.close();
    const { journal, close } = await openTestJournal(directory, { destinations: ['warehouse'], removed: ['loyalty'] });
    const named = namedDestination(journal, ['warehouse']);

    expect(await named.served('warehouse')).toBe('warehouse');
    await expect(named.served('finance')).rejects.toThrow('finance is on record but missing in DESTINATIONS');
    await expect(named.served('loyalty')).rejects.toThrow('loyalty was removed: it is owed nothing.');
    await expect(named.owed('loyalty')).rejects.toThrow('loyalty was removed: it is owed nothing.');
    for (const name of ['nobody', 'constructor']) {
      await expect(named.served(name)).rejects.toThrow('There is no such destination; there are warehouse.');
    }
    // What holds the mark can be seen, also while nobody can decide about it.
    const { record } = await findDelivery(journal, await named.owed('finance'), 1 as Sequence);
    expect(record).toMatchObject({ state: 'parked', lastError: '422 unknown currency' });
    await close();
  });
});
