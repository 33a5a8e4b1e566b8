import Database from 'better-sqlite3';

interface Trigger {
  readonly name: string;
  readonly sql: string;
}

/**
 * Changes a service's database behind its back, as a person with the file could: neither its triggers nor its references keep them
 * from it. The service must not run. The triggers are there again afterwards.
 */
export function tamper(path: string, change: (database: Database.Database) => void): void {
  const database = new Database(path, { fileMustExist: true });
  try {
    database.pragma('foreign_keys = OFF');
    const triggers = database.prepare<[], Trigger>("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all();
    database.transaction(() => {
      for (const { name } of triggers) database.exec(`DROP TRIGGER ${name}`);
      change(database);
      for (const { sql } of triggers) database.exec(sql);
    })();
  } finally {
    database.close();
  }
}
