import { accessSync, constants, statSync } from 'node:fs';

import { sqliteErrorCode } from './sqlite-error-code.js';

/** The file is damaged, none of SQLite's, or out of reach: starting again would not help, a person must look. */
export class DatabaseUnusableError extends Error {
  override readonly name = 'DatabaseUnusableError';
}

const damage = /^SQLITE_(CORRUPT|NOTADB)/;
const outOfReach = /^SQLITE_(CANTOPEN|READONLY|PERM)/;

/** The error in words that a person can act on, if it says that the file is no use as it is; else the error itself. */
export function asUnusable(error: unknown, path: string): unknown {
  const code = sqliteErrorCode(error);
  if (code === undefined) return error;
  const message = (error as Error).message;
  if (damage.test(code)) {
    return new DatabaseUnusableError(
      `${path} is damaged, or is no database (${code}: ${message}): keep it aside with its -wal and -shm, and restore all ` +
        'three from one copy',
      { cause: error },
    );
  }
  // Also said on a disk so full that no file can be made; that passes, and needs nobody.
  if (outOfReach.test(code) && !isFileToWrite(path)) {
    return new DatabaseUnusableError(`${path} is no file that this user can read and write (${code}: ${message})`, {
      cause: error,
    });
  }
  return error;
}

function isFileToWrite(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return statSync(path).isFile();
  } catch (error) {
    // Not there: then it could not be made, and its directory is to blame.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    return false;
  }
}
