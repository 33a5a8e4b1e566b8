import { jest } from '@jest/globals';
import Database from 'better-sqlite3';

/**
 * Runs `work` and gives back the connections that were opened for writing meanwhile: a test reaches through them for what
 * no port shows, such as a disk without room.
 */
export async function connectionsOpenedBy<T>(
  work: () => Promise<T>,
): Promise<{ result: T; connections: Database.Database[] }> {
  // A connection for writing is set up with pragmas; some of those found may be for locks.
  const pragma = jest.spyOn(Database.prototype, 'pragma');
  try {
    const result = await work();
    return { result, connections: [...new Set(pragma.mock.contexts as unknown as Database.Database[])] };
  } finally {
    pragma.mockRestore();
  }
}

/** Takes away all room: whatever needs another page fails with SQLITE_FULL, as on a full disk. */
export function fillDisk(database: Database.Database): void {
  database.pragma(`max_page_count = ${String(database.pragma('page_count', { simple: true }))}`);
}

/** Gives the room back. */
export function freeDisk(database: Database.Database): void {
  database.pragma('max_page_count = 1000000');
}
