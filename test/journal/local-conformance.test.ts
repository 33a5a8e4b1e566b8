import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { settled } from '../support/manual-clock.js';
import { ManualLogClock } from '../support/manual-log-clock.js';
import { openTestJournal } from '../support/open-test-journal.js';
import { describeJournalConformance } from './conformance.js';

describeJournalConformance('the local engine', () => {
  const directory = mkdtempSync(join(tmpdir(), 'journal-'));
  const clock = new ManualLogClock();
  return {
    open: ({ served, removed }) =>
      openTestJournal(directory, { destinations: served, removed, segmentBytes: 2000, clock }),
    loseDerived: () => {
      for (const ending of ['', '-wal', '-shm']) rmSync(join(directory, `checkout.sqlite${ending}`), { force: true });
    },
    keepHouse: async () => {
      await settled();
      clock.advance(60_000);
      await settled();
    },
    remove: () => {
      rmSync(directory, { recursive: true });
      return Promise.resolve();
    },
  };
});
