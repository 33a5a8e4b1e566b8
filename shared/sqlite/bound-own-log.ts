import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';

import type Database from 'better-sqlite3';

const pageBytes = 4096;
/** SQLite's own default. */
const pagesMax = 1000;
const diskPart = 16;

/**
 * Bounds what SQLite's own log grows to before it is copied into the database and used anew: at most a sixteenth of the disk. By
 * default it takes four megabytes, which on a small disk is what is missing for the data; and it would not let go of them
 * while the disk is full.
 */
export function boundOwnLog(database: Database.Database): void {
  const { blocks, bsize } = statfsSync(dirname(database.name));
  database.pragma(`wal_autocheckpoint = ${logPages(blocks * bsize)}`);
}

/** How many pages of its own log SQLite fills on a disk of this size. */
export function logPages(diskBytes: number): number {
  return Math.min(pagesMax, Math.max(1, Math.floor(diskBytes / diskPart / pageBytes)));
}
