import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Config } from './config.js';

/** One service as a process of its own. */
export interface ServiceProcess {
  readonly name: string;
  /** Absolute path of the script that is the process. */
  readonly main: string;
  /** Added to the variables of this process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where people and programs on this machine reach it. */
  readonly address: string;
}

/** The destinations first: what they are sent is then taken from the start. The checkout does well without them, too. */
export function serviceProcesses(config: Config): readonly ServiceProcess[] {
  return (['warehouse', 'finance', 'checkout'] as const).map((name) => ({
    name,
    main: fileURLToPath(new URL(`../${name}/main.js`, import.meta.url)),
    environment: {
      PORT: String(config.ports[name]),
      HOST: config.host,
      DATA_DIR: join(config.dataDirectory, name),
      DEMO: config.demo,
      LOG_FORMAT: config.logFormat,
      ...(name === 'checkout' && { DESTINATIONS: config.destinations }),
    },
    address: `http://${reachable(config.host)}:${config.ports[name]}`,
  }));
}

/** An address to listen on that stands for all of them is none to connect to. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
