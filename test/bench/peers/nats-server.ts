import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

import { freePort } from '../../../shared/shop-processes/free-port.js';
import { findExecutable } from './executables.js';
import { ServerProcess } from './server-process.js';
import type { Server } from './types.js';

const run = promisify(execFile);

/** A NATS server of its own with JetStream. It has one place: a new one deletes all streams. @throws NotInstalledError */
export async function startNats(directory: string): Promise<Server> {
  const command = findExecutable('nats-server', 'nats-server');
  const data = join(directory, 'nats');
  await mkdir(data);
  const port = await freePort();
  const address = `nats://127.0.0.1:${port}`;
  const configuration = join(directory, 'nats.conf');
  const configure = (jetstream: string) =>
    writeFile(configuration, `listen: "127.0.0.1:${port}"\njetstream { store_dir: "${data}"${jetstream} }\n`);

  await configure(', sync_interval: always');
  const syncs = await accepts(command, configuration);
  if (!syncs) await configure('');
  const server = await ServerProcess.start({
    command,
    args: ['--config', configuration],
    answers: async () => (await connect({ servers: address, reconnect: false })).close(),
    ...{ stopSignal: 'SIGTERM', killSignal: 'SIGKILL' },
  });
  const { stdout } = await run(command, ['--version']);
  return {
    version: `NATS ${stdout.trim().replace(/^nats-server: /, '')}`,
    durability: syncs
      ? 'storage=file sync_interval=always'
      : 'storage=file; NOT DURABLE: this version knows no sync_interval, and acknowledges what is in the page cache',
    async place() {
      const connection = await connect({ servers: address });
      const { streams } = await jetstreamManager(connection);
      for await (const { config } of streams.list()) await streams.delete(config.name);
      await connection.close();
      return address;
    },
    // What it has not synced would be written while the next one is measured.
    rest: () => syncFiles(data),
    stop: () => server.stop(),
  };
}

/** Older versions refuse a setting that they do not know. */
async function accepts(command: string, configuration: string): Promise<boolean> {
  try {
    await run(command, ['-t', '--config', configuration]);
    return true;
  } catch (error) {
    if (error instanceof Error && 'stderr' in error && String(error.stderr).includes('sync_interval')) return false;
    throw error;
  }
}

async function syncFiles(directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  if (files.length > 0) await run('sync', files);
}
