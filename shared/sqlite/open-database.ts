import { dirname } from 'node:path';

import Database from 'better-sqlite3';

import { syncDirectory } from './sync-directory.js';
import { asUnusable } from './unusable-database.js';

/** Steps that bring a schema up to date, oldest first; the database's `user_version` counts those already taken. */
export type Migrations = readonly string[];

/** The file is not a database this build can use. */
export class DatabaseVersionError extends Error {
  override readonly name = 'DatabaseVersionError';
}

/** What opening a database asks of the system besides SQLite. */
export interface DatabaseFiles {
  /** Returns when all names in the directory are on disk. */
  syncDirectory(path: string): void;
}

/**
 * Opens a database for one writer: WAL mode, `synchronous=FULL` (a commit has been synced when it returns), foreign keys
 * on, schema brought up to date in one transaction per step.
 *
 * The names of the file and of its -wal are on disk when it returns. SQLite 3.53 syncs the directory by itself after the
 * first sync of a -wal, but takes no notice if that fails: commits would be confirmed in a file that has no name after a
 * power cut.
 *
 * @throws DatabaseVersionError when a newer build has migrated the file
 * @throws DatabaseUnusableError when it is damaged, no database, or cannot be written
 */
export function openDatabase(
  path: string,
  migrations: Migrations,
  files: DatabaseFiles = { syncDirectory },
): Database.Database {
  let database: Database.Database | undefined;
  try {
    database = new Database(path);
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    migrate(database, path, migrations);
    files.syncDirectory(dirname(path));
    return database;
  } catch (error) {
    database?.close();
    throw asUnusable(error, path);
  }
}

/** Opens an existing database for reading beside its writer; it sees each commit once that has returned. */
export function openDatabaseReadonly(path: string): Database.Database {
  return new Database(path, { readonly: true, fileMustExist: true });
}

function migrate(database: Database.Database, path: string, migrations: Migrations): void {
  const version = database.pragma('user_version', { simple: true }) as number;
  if (version > migrations.length) {
    throw new DatabaseVersionError(
      `${path} has schema version ${version}; this build knows up to ${migrations.length}. Run the newer build.`,
    );
  }
  migrations.slice(version).forEach((step, index) => {
    database.transaction(() => {
      database.exec(step);
      database.pragma(`user_version = ${version + index + 1}`);
    })();
  });
}
