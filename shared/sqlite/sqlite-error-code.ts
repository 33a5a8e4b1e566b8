/**
 * The code that SQLite gave an error, such as `SQLITE_FULL`. It goes by the field, not the class: the native addon makes all
 * errors of the class it was given first, also for a second copy of the library in another realm, as test runners have it.
 */
export function sqliteErrorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' && error.code.startsWith('SQLITE_') ? error.code : undefined;
}
