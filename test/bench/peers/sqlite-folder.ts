import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { openPurchases } from './sqlite-files.js';
import type { Server } from './types.js';

/** No server: a folder with a database for each place. */
export async function openSqliteFolder(directory: string): Promise<Server> {
  const folder = join(directory, 'sqlite');
  await mkdir(folder);
  const database = openPurchases(join(folder, 'settings.db'));
  const pragma = (name: string) => String(database.pragma(name, { simple: true }));
  const version = String(database.prepare('SELECT sqlite_version()').pluck().get());
  const durability = `journal_mode=${pragma('journal_mode')} synchronous=${synchronous[Number(pragma('synchronous'))] ?? '?'}`;
  database.close();
  return {
    version: `SQLite ${version} in the process`,
    durability,
    async place(name) {
      const path = join(folder, name);
      await rm(path, { recursive: true, force: true });
      await mkdir(path);
      return join(path, 'purchases.db');
    },
    rest: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  };
}

/** In the order of the numbers that the pragma answers with. */
const synchronous = ['OFF', 'NORMAL', 'FULL', 'EXTRA'];
