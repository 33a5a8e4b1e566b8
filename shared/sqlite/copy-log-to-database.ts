import type Database from 'better-sqlite3';

/**
 * Copies SQLite's own log into the database, syncs that and empties the log. To be called before anything relies on what a
 * process before has committed: if that one ended because a sync failed, the kernel may hold pages of the log as clean. They can
 * be read, are on no disk, and what is committed behind them would be cut off with them by the next loss of power. Written to the
 * database they are dirty again, and synced for good.
 */
export function copyLogToDatabase(database: Database.Database): void {
  database.pragma('wal_checkpoint(TRUNCATE)');
}
