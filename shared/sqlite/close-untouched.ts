import type Database from 'better-sqlite3';

import { openDatabaseReadonly } from './open-database.js';

/**
 * Closes a connection and leaves the files as they are. The last connection to close copies the -wal into the file and
 * removes it; one that only reads cannot, so one is the last here.
 */
export function closeUntouched(database: Database.Database): void {
  const reader = openDatabaseReadonly(database.name);
  try {
    // Only a connection that has read counts as one.
    reader.pragma('user_version');
    database.close();
  } finally {
    reader.close();
  }
}
