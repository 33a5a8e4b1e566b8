import { join } from 'node:path';

/** Where things are in a checkout's data directory. */
export const databaseName = 'checkout.sqlite';

export function logDirectory(directory: string): string {
  return join(directory, 'log');
}
