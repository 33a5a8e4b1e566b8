import type Database from 'better-sqlite3';

const pageBytes = 4096;
/** SQLite's own default. */
const pagesMax = 1000;
const reservePart = 4;

/**
 * Bounds what SQLite's own log grows to before it is copied into the database and used anew: at most a quarter of what is kept
 * free on the disk. Settling would else run out of the space that is kept for it, and nothing would ever be pruned.
 */
export function boundDatabaseLog(database: Database.Database, reserveBytes: number): void {
  if (reserveBytes === 0) return;
  const pages = Math.floor(reserveBytes / reservePart / pageBytes);
  database.pragma(`wal_autocheckpoint = ${Math.min(pagesMax, Math.max(1, pages))}`);
}
