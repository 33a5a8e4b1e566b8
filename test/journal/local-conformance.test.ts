import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openTestJournal } from '../support/open-test-journal.js';
import { describeJournalConformance } from './conformance.js';

describeJournalConformance('the local engine', () => {
  const directory = mkdtempSync(join(tmpdir(), 'journal-'));
  return {
    open: ({ served, removed }) => openTestJournal(directory, { destinations: served, removed, segmentBytes: 2000 }),
    remove: () => {
      rmSync(directory, { recursive: true });
      return Promise.resolve();
    },
  };
});
