import { join } from 'node:path';

import type Database from 'better-sqlite3';

import { boundOwnLog } from './bound-own-log.js';
import { copyLogToDatabase } from './copy-log-to-database.js';
import { lockDirectory } from './lock-directory.js';
import { openDatabase, type Migrations } from './open-database.js';
import { asUnusable } from './unusable-database.js';

/** A database that no other process can open the same way at the same time. */
export interface OwnDatabase {
  readonly database: Database.Database;
  /** Closes the database, then lets others into its directory. May be called twice. */
  close(): void;
}

/**
 * Locks a directory and opens the database `fileName` in it, as `openDatabase` does.
 *
 * @throws DirectoryLockedError
 * @throws DatabaseVersionError
 * @throws DatabaseUnusableError
 */
export function openOwnDatabase(directory: string, fileName: string, migrations: Migrations): OwnDatabase {
  const lock = lockDirectory(directory);
  const path = join(directory, fileName);
  let database: Database.Database | undefined;
  const close = () => {
    database?.close();
    lock.release();
  };
  try {
    database = openDatabase(path, migrations);
    copyLogToDatabase(database);
    boundOwnLog(database);
    return { database, close };
  } catch (error) {
    close();
    throw asUnusable(error, path);
  }
}
