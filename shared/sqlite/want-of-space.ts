import { errorCodes } from './error-codes.js';

/**
 * What the operating system and SQLite say when the disk is full. `SQLITE_IOERR_SHMSIZE`: SQLite makes room in its `-shm` file
 * before it uses it, and says so when there is none.
 */
const wantOfSpaceCodes: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE']);
/** What SQLite makes of a quota that is used up, or of a file that there is no room to make, and of much else. */
const perhapsCodes = /^SQLITE_(CANTOPEN|IOERR)/;

/** True for errors, and for those that were caused by one, that pass by themselves once there is space on the disk. */
export function isWantOfSpace(error: unknown): boolean {
  return errorCodes(error).some((code) => wantOfSpaceCodes.has(code));
}

/** The same, also for errors that can have other causes: those are judged by whether there is room now. */
export async function isWantOfSpaceOn(error: unknown, hasRoom: () => Promise<boolean>): Promise<boolean> {
  if (isWantOfSpace(error)) return true;
  if (!errorCodes(error).some((code) => perhapsCodes.test(code))) return false;
  // A disk that fails in yet another way is not full: what it failed with first says more.
  return !(await hasRoom().catch(() => true));
}
