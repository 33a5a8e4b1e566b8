import { sqliteErrorCode } from './sqlite-error-code.js';

const storageFailures = /^SQLITE_(IOERR|CORRUPT|NOTADB)/;

/**
 * True for errors that say the file or the disk under it can no longer be trusted. The process should end, and recover from
 * what is on disk when it starts again; going on could build on pages that were never written.
 */
export function isStorageFailure(error: unknown): boolean {
  return storageFailures.test(sqliteErrorCode(error) ?? '');
}
