import { describe, expect, it } from '@jest/globals';

import { boundDatabaseLog } from '../../../shared/journal/local/bound-database-log.js';
import { journalDatabase } from '../../support/journal-database.js';
import { temporaryDirectories } from '../../support/temporary-directory.js';

describe("the bound of SQLite's own log", () => {
  const newDirectory = temporaryDirectories();

  it.each([
    ['a large reserve leaves it as it is', 64 * 1024 ** 2, 1000],
    ['a small one is not used up by it', 1_258_291, 76],
    ['one of next to nothing still lets it work', 1, 1],
    ['none leaves it as it is', 0, 1000],
  ])('%s', (_what, reserveBytes, pages) => {
    const database = journalDatabase(newDirectory());
    boundDatabaseLog(database, reserveBytes);
    expect(database.pragma('wal_autocheckpoint', { simple: true })).toBe(pages);
    database.close();
  });
});
