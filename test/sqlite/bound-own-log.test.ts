import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { boundOwnLog, logPages } from '../../shared/sqlite/bound-own-log.js';
import { openDatabase } from '../../shared/sqlite/index.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

const mebibyte = 2 ** 20;

describe("the bound of SQLite's own log", () => {
  const newDirectory = temporaryDirectories();

  it('leaves a small disk to the data, and is never nothing nor more than by default', () => {
    expect([4, 64, 1_000_000].map((size) => logPages(size * mebibyte))).toEqual([64, 1000, 1000]);
    expect(logPages(0)).toBe(1);
  });

  it('holds for the database', () => {
    const database = openDatabase(join(newDirectory(), 'bound.sqlite'), ['CREATE TABLE t (n INTEGER)']);
    try {
      database.pragma('wal_autocheckpoint = 7');
      boundOwnLog(database);
      const pages = database.pragma('wal_autocheckpoint', { simple: true });
      expect(pages).toBeGreaterThan(7);
      expect(pages).toBeLessThanOrEqual(1000);
    } finally {
      database.close();
    }
  });
});
