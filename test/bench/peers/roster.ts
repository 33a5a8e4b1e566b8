import { openSqliteFolder } from './sqlite-folder.js';
import type { Peer, Server, ServerName } from './types.js';

/** One row of the tables. */
export interface Entrant {
  readonly name: string;
  readonly title: string;
  readonly server: ServerName;
  /** Whether its worker can take many purchases at a time, and so post them together. */
  readonly takesMany: boolean;
  /** Loaded in the process that needs it, with its package. */
  readonly load: () => Promise<Peer>;
}

export const roster: readonly Entrant[] = [
  {
    ...{ name: 'outbox', title: 'outbox table, pg', server: 'postgres', takesMany: true },
    load: async () => (await import('./outbox-table.js')).outboxTable,
  },
  {
    ...{ name: 'pg-boss', title: 'pg-boss', server: 'postgres', takesMany: true },
    load: async () => (await import('./pg-boss-queues.js')).pgBossQueues,
  },
  {
    ...{ name: 'graphile', title: 'graphile-worker', server: 'postgres', takesMany: false },
    load: async () => (await import('./graphile-jobs.js')).graphileJobs,
  },
  {
    ...{ name: 'bullmq', title: 'BullMQ', server: 'redis', takesMany: false },
    load: async () => (await import('./bullmq-queues.js')).bullmqQueues,
  },
  {
    ...{ name: 'sqlite', title: 'SQLite, a commit each', server: 'sqlite', takesMany: false },
    load: async () => (await import('./sqlite-files.js')).sqliteEach,
  },
  {
    ...{ name: 'sqlite-grouped', title: 'SQLite, grouped commits', server: 'sqlite', takesMany: true },
    load: async () => (await import('./sqlite-files.js')).sqliteGrouped,
  },
  {
    ...{ name: 'jetstream', title: 'NATS JetStream', server: 'nats', takesMany: true },
    load: async () => (await import('./jetstream.js')).jetstreamStream,
  },
];

/** How each server is started, in a folder for what it stores. */
export const startServer: Readonly<Record<ServerName, (directory: string) => Promise<Server>>> = {
  postgres: async (directory) => (await import('./postgres-server.js')).startPostgres(directory),
  redis: async (directory) => (await import('./redis-server.js')).startRedis(directory),
  nats: async (directory) => (await import('./nats-server.js')).startNats(directory),
  sqlite: openSqliteFolder,
};

/** @throws if there is none of that name */
export function entrantNamed(name: string | undefined): Entrant {
  const entrant = roster.find((each) => each.name === name);
  if (entrant === undefined) throw new Error(`there is no peer named ${name ?? ''}`);
  return entrant;
}
