import { join } from 'node:path';

import Database from 'better-sqlite3';

import { sqliteErrorCode } from './sqlite-error-code.js';

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
 */
export function lockDirectory(path: string): DirectoryLock {
  const database = new Database(join(path, lockFileName), { timeout: 0 });
  try {
    // No journal file beside the lock: there is nothing to roll back.
    database.pragma('journal_mode = MEMORY');
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (sqliteErrorCode(error) !== 'SQLITE_BUSY') throw error;
    throw new DirectoryLockedError(`cannot start: another process is using the data in ${path}`, { cause: error });
  }
  return {
    release: () => {
      database.close();
    },
  };
}
