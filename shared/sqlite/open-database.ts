import Database from 'better-sqlite3';

/** Steps that bring a schema up to date, oldest first; the database's `user_version` counts those already taken. */
export type Migrations = readonly string[];

/** The file is not a database this build can use. */
export class DatabaseVersionError extends Error {
  override readonly name = 'DatabaseVersionError';
}

/**
 * Opens a database for one writer: WAL mode, `synchronous=FULL` (a commit has been synced when it returns), foreign keys
 * on, schema brought up to date in one transaction per step.
 *
 * @throws DatabaseVersionError when a newer build has migrated the file.
 */
export function openDatabase(path: string, migrations: Migrations): Database.Database {
  const database = new Database(path);
  try {
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    migrate(database, path, migrations);
    return database;
  } catch (error) {
    database.close();
    throw error;
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
