import { errorCodes } from './error-codes.js';
import { sqliteErrorCode } from './sqlite-error-code.js';

const storageFailures = /^SQLITE_(IOERR|CORRUPT|NOTADB)/;

/**
 * True for errors that say the file or the disk under it can no longer be trusted. The process should end, and recover from
 * what is on disk when it starts again; going on could build on pages that were never written.
 */
export function isStorageFailure(error: unknown): boolean {
  return storageFailures.test(sqliteErrorCode(error) ?? '');
}

/** True for errors, and for those that were caused by one, in which the disk failed: it may answer at the next start. */
export function isDiskFailure(error: unknown): boolean {
  return errorCodes(error).some((code) => code === 'EIO' || code.startsWith('SQLITE_IOERR'));
}
