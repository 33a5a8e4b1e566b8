import { join } from 'node:path';

import Database from 'better-sqlite3';

import { sqliteErrorCode } from './sqlite-error-code.js';
import { asUnusable, DatabaseUnusableError } from './unusable-database.js';

const lockFileName = 'lock.sqlite';

/** Another process works in the directory; a person must stop one of the two. */
export class DirectoryLockedError extends Error {
  override readonly name = 'DirectoryLockedError';
}

/** A directory that this process has for itself. */
export interface DirectoryLock {
  /** Lets others in. May be called twice. */
  release(): void;
}

/**
 * Takes a directory for this process alone, or fails at once: an exclusive transaction on a file in it, held until `release`.
 * The lock belongs to the kernel and goes with the process, however that ends, so that no stale lock ever needs a person.
 *
 * @throws DirectoryLockedError that names the directory
 * @throws DatabaseUnusableError when the lock's file is not what it should be
 */
export function lockDirectory(path: string): DirectoryLock {
  const file = join(path, lockFileName);
  let database: Database.Database;
  try {
    database = new Database(file, { timeout: 0 });
  } catch (error) {
    throw unlockable(error, file);
  }
  try {
    // No journal file beside the lock: there is nothing to roll back.
    database.pragma('journal_mode = MEMORY');
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (sqliteErrorCode(error) !== 'SQLITE_BUSY') throw unlockable(error, file);
    throw new DirectoryLockedError(`cannot start: another process is using the data in ${path}`, { cause: error });
  }
  return {
    release: () => {
      database.close();
    },
  };
}

function unlockable(error: unknown, file: string): unknown {
  if (!(asUnusable(error, file) instanceof DatabaseUnusableError)) return error;
  return new DatabaseUnusableError(`${file} cannot be locked: it holds nothing, so remove it`, { cause: error });
}
