import { NotInstalledError } from './executables.js';
import type { Closers } from './closers.js';
import { startServer, type Entrant } from './roster.js';
import type { Field } from './surroundings.js';
import type { Server, ServerName } from './types.js';

/** Those who can take part, their servers running, and why the others cannot. */
export interface OpenedField extends Field {
  readonly missing: readonly { readonly title: string; readonly why: string; readonly failed: boolean }[];
}

/** Starts each server that is needed. One that is not installed, or does not start, costs only the rows that need it. */
export async function openField(
  entrants: readonly Entrant[],
  directory: string,
  closers: Closers,
  signal: AbortSignal,
): Promise<OpenedField> {
  const servers: Partial<Record<ServerName, Server>> = {};
  const missing: { title: string; why: string; failed: boolean }[] = [];
  for (const name of new Set(entrants.map(({ server }) => server))) {
    signal.throwIfAborted();
    try {
      const server = await startServer[name](directory);
      closers.add(() => server.stop());
      servers[name] = server;
    } catch (error) {
      signal.throwIfAborted();
      const failed = !(error instanceof NotInstalledError);
      const why = error instanceof Error ? error.message : String(error);
      for (const { server, title } of entrants) if (server === name) missing.push({ title, why, failed });
    }
  }
  return { servers, entrants: entrants.filter(({ server }) => servers[server] !== undefined), missing };
}
