export { GroupTransaction, GroupTransactionClosedError } from './group-transaction.js';
export { DirectoryLockedError, lockDirectory } from './lock-directory.js';
export type { DirectoryLock } from './lock-directory.js';
export { DatabaseVersionError, openDatabase, openDatabaseReadonly } from './open-database.js';
export type { DatabaseFiles, Migrations } from './open-database.js';
export { openOwnDatabase } from './own-database.js';
export type { OwnDatabase } from './own-database.js';
export { isStorageFailure } from './storage-failure.js';
export { asUnusable, DatabaseUnusableError } from './unusable-database.js';
