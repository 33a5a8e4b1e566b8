import { resolve } from 'node:path';

import { z } from 'zod';

import {
  integerVariable,
  readableLogFormat,
  readEnvironment,
  type Environment,
} from '../../shared/environment/index.js';

const port = (standard: number) => integerVariable({ min: 1, max: 65_535, default: standard });

const variables = z.object({
  /** TCP ports of the three services. */
  CHECKOUT_PORT: port(3000),
  WAREHOUSE_PORT: port(3001),
  FINANCE_PORT: port(3002),
  /** Address that all three listen on. */
  HOST: z.string().default('127.0.0.1'),
  /** Folder that gets a folder for each service. */
  DATA_DIR: z.string().default('./data'),
  /** Destinations of the checkout; by default the warehouse and finance that run beside it. */
  DESTINATIONS: z.string().optional(),
  /** `1` allows known secrets and injected faults. */
  DEMO: z.string().default('1'),
  /** The services wait so long when they are stopped, each: so much longer is waited for them. */
  SHUTDOWN_DELAY_MS: integerVariable({ min: 0, max: 60_000, default: 0 }),
  /** `text` for people, `json` for machines; the services write to a pipe, so it is decided here what is at its end. */
  LOG_FORMAT: z.string().default(readableLogFormat),
  /** Only looked at to know whether the demo's token is in use. */
  ADMIN_TOKEN: z.string().optional(),
  /** Set by npm for what it starts. */
  npm_lifecycle_event: z.string().optional(),
});

/** How the three services are run. Every other variable reaches them as it is. */
export type Config = ReturnType<typeof readConfig>;

/** @throws EnvironmentError that lists all faults */
export function readConfig(environment: Environment = process.env) {
  const given = readEnvironment(variables, environment);
  return Object.freeze({
    ports: { checkout: given.CHECKOUT_PORT, warehouse: given.WAREHOUSE_PORT, finance: given.FINANCE_PORT },
    host: given.HOST,
    dataDirectory: resolve(given.DATA_DIR),
    // Both take batches: with single events, two cores bring customers more purchases than the destinations can be told of.
    destinations:
      given.DESTINATIONS ??
      `warehouse=http://127.0.0.1:${given.WAREHOUSE_PORT}/events;batch=100,finance=http://127.0.0.1:${given.FINANCE_PORT}/events;batch=100`,
    shutdownDelayMs: given.SHUTDOWN_DELAY_MS,
    demo: given.DEMO,
    logFormat: given.LOG_FORMAT,
    demoTokenInUse: given.DEMO === '1' && given.ADMIN_TOKEN === undefined,
    startedByNpm: given.npm_lifecycle_event !== undefined,
  });
}
