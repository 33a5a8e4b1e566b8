import type { Entrant } from './roster.js';
import type { Server, ServerName } from './types.js';

/** Who takes part, and the servers that they need, which run. */
export interface Field {
  readonly entrants: readonly Entrant[];
  readonly servers: Readonly<Partial<Record<ServerName, Server>>>;
}

/** How it is measured, and where. */
export interface Surroundings {
  readonly directory: string;
  readonly turns: number;
  /** Of one turn of load. */
  readonly seconds: number;
  /** Delivered in one turn. */
  readonly purchases: number;
  readonly signal: AbortSignal;
  readonly progress: (text: string) => void;
}

/** The server that an entrant needs. */
export function serverOf(field: Field, { server, name }: Entrant): Server {
  const running = field.servers[server];
  if (running === undefined) throw new Error(`${server}, which ${name} needs, does not run`);
  return running;
}
