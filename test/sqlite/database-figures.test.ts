import { statSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { databaseFigures, openDatabase, openDatabaseReadonly } from '../../shared/sqlite/index.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

const directory = temporaryDirectories();

describe('the size of a database', () => {
  it('is what its files take, as a reader beside the writer sees it, or nobody would see it grow', () => {
    const path = join(directory(), 'size.sqlite');
    const writer = openDatabase(path, ['CREATE TABLE notes (text TEXT NOT NULL) STRICT']);
    const reader = openDatabaseReadonly(path);
    const before = databaseFigures(reader);
    writer.prepare('INSERT INTO notes VALUES (?)').run('x'.repeat(100_000));
    const grown = databaseFigures(reader);
    expect(grown.pages).toBeGreaterThan(before.pages + 20);
    expect(grown.logBytes).toBe(statSync(`${path}-wal`).size);
    expect(grown.logBytes).toBeGreaterThan(before.logBytes + 100_000);
    writer.exec('DELETE FROM notes');
    writer.pragma('wal_checkpoint(TRUNCATE)');
    const emptied = databaseFigures(reader);
    expect(emptied.logBytes).toBe(0);
    expect(emptied.fileBytes).toBe(statSync(path).size);
    expect(emptied.freePages).toBeGreaterThan(20);
    reader.close();
    writer.close();
  });
});
