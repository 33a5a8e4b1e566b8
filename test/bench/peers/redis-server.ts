import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { Redis } from 'ioredis';

import { freePort } from '../../../shared/shop-processes/free-port.js';
import { findExecutable } from './executables.js';
import { ServerProcess } from './server-process.js';
import type { Server } from './types.js';

const settings = {
  appendonly: 'yes',
  appendfsync: 'always',
  'no-appendfsync-on-rewrite': 'no',
  save: '',
  // BullMQ asks for it.
  'maxmemory-policy': 'noeviction',
};
const durabilitySettings = ['appendonly', 'appendfsync', 'no-appendfsync-on-rewrite'];

/** A Redis of its own. It has one place: a new one empties it. @throws NotInstalledError */
export async function startRedis(directory: string): Promise<Server> {
  const command = findExecutable('redis-server', 'redis-server');
  const data = join(directory, 'redis');
  await mkdir(data);
  const port = await freePort();
  const client = () => new Redis({ host: '127.0.0.1', port, lazyConnect: true, retryStrategy: () => null });
  const withClient = async <T>(ask: (redis: Redis) => Promise<T>): Promise<T> => {
    const redis = client();
    // What is asked rejects as well.
    redis.on('error', () => undefined);
    try {
      await redis.connect();
      return await ask(redis);
    } finally {
      redis.disconnect();
    }
  };
  const server = await ServerProcess.start({
    command,
    args: [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', data],
      ...Object.entries(settings).flatMap(([key, value]) => [`--${key}`, value]),
    ],
    answers: () => withClient((redis) => redis.ping()),
    ...{ stopSignal: 'SIGTERM', killSignal: 'SIGKILL' },
  });
  const config = (await withClient((redis) => redis.config('GET', '*'))) as string[];
  const information = await withClient((redis) => redis.info('server'));
  return {
    version: `Redis ${/redis_version:(\S+)/.exec(information)?.[1] ?? 'of unknown version'}`,
    durability: durabilitySettings.map((name) => `${name}=${config[config.indexOf(name) + 1] ?? '?'}`).join(' '),
    async place() {
      await withClient((redis) => redis.flushall());
      return `redis://127.0.0.1:${port}`;
    },
    rest: () => Promise.resolve(),
    stop: () => server.stop(),
  };
}
