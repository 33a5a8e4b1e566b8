import { execFile } from 'node:child_process';
import { chmod, chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import pg from 'pg';

import { freePort } from '../../../shared/shop-processes/free-port.js';
import { findPostgres } from './executables.js';
import { ServerProcess, type Identity } from './server-process.js';
import type { Server } from './types.js';

const run = promisify(execFile);
const user = 'bench';

const settings = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  wal_sync_method: 'fdatasync',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '512MB',
  // No checkpoint in the middle of a turn; there is one between the turns.
  max_wal_size: '8GB',
  checkpoint_timeout: '1h',
};
const durabilitySettings = ['fsync', 'synchronous_commit', 'full_page_writes', 'wal_sync_method'];

/** A PostgreSQL of its own; each place is a database. @throws NotInstalledError */
export async function startPostgres(directory: string): Promise<Server> {
  const { initdb, postgres } = findPostgres();
  const identity = await unprivileged();
  const data = join(directory, 'postgres');
  await mkdir(data, { mode: 0o700 });
  if (identity.uid !== undefined && identity.gid !== undefined) {
    // It must reach its folder, which this user alone may list.
    await chmod(directory, 0o711);
    await chown(data, identity.uid, identity.gid);
  }
  const options = ['--auth', 'trust', '--username', user, '--encoding', 'UTF8', '--no-locale', '--pgdata', data];
  await run(initdb, options, { ...identity, cwd: '/' });

  const port = await freePort();
  const address = (database: string) => `postgres://${user}@127.0.0.1:${port}/${database}`;
  const query = (text: string) => ask(address('postgres'), text);
  const server = await ServerProcess.start({
    ...{ command: postgres, identity },
    args: [
      '-D',
      data,
      '-p',
      String(port),
      ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ],
    answers: () => query('SELECT 1'),
    // Fast shutdown, and immediate shutdown: with both its other processes end too.
    ...{ stopSignal: 'SIGINT', killSignal: 'SIGQUIT' },
  });
  const shown = await Promise.all(durabilitySettings.map(async (name) => `${name}=${await query(`SHOW ${name}`)}`));
  return {
    version: `PostgreSQL ${await query('SHOW server_version')}`,
    durability: shown.join(' '),
    async place(name) {
      await query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
      await query(`CREATE DATABASE "${name}"`);
      return address(name);
    },
    async rest() {
      await query('CHECKPOINT');
    },
    stop: () => server.stop(),
  };
}

/** The first column of the first row, as text. */
async function ask(connectionString: string, text: string): Promise<string> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<string[]>({ text, rowMode: 'array' });
    return String(rows[0]?.[0]);
  } finally {
    await client.end();
  }
}

/** PostgreSQL refuses to run as root. */
async function unprivileged(): Promise<Identity> {
  if (process.getuid?.() !== 0) return {};
  const idOf = async (option: string) => Number((await run('id', [option, 'postgres'])).stdout);
  return { uid: await idOf('-u'), gid: await idOf('-g') };
}
