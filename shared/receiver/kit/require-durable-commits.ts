import type Database from 'better-sqlite3';

const synchronousFull = 2;

/**
 * A 200 says that the event is on disk, and its sender may forget it. better-sqlite3 goes down to `NORMAL` with WAL mode: a commit
 * then returns before it is synced, and a power cut takes what was confirmed.
 *
 * @throws TypeError that says what to set
 */
export function requireDurableCommits(database: Database.Database): void {
  // The setting follows the journal mode only when the file is read next.
  database.prepare('SELECT 1 FROM sqlite_schema').get();
  const synchronous = database.pragma('synchronous', { simple: true }) as number;
  if (synchronous >= synchronousFull) return;
  throw new TypeError(
    "receiveEvents needs a database that syncs each commit: set database.pragma('synchronous = FULL') after its journal mode",
  );
}
