import { z } from 'zod';

import type { CrashAt } from '../../shared/crash-points/index.js';
import { crashAtVariable } from '../../shared/crash-points/variable.js';
import {
  besideOthers,
  describeExposure,
  connectionLimitsOf,
  readEnvironment,
  refuseKnownSecrets,
  refuseSameSecretTwice,
  serviceVariables,
  webhookSecretsOf,
  withDemoSecrets,
  type Environment,
} from '../../shared/environment/index.js';
import type { ServerLimits } from '../../shared/http/index.js';
import type { LogFormat } from '../../shared/telemetry/index.js';

const portDefault = 3001;

/** How this warehouse is set up; `serviceVariables` explains each variable. */
export interface WarehouseConfig {
  readonly port: number;
  readonly host: string;
  readonly shutdownDelayMs: number;
  /** Of connections; all others are fixed. */
  readonly limits: Partial<ServerLimits>;
  readonly dataDirectory: string;
  readonly logLevel: string;
  readonly logFormat: LogFormat;
  readonly demo: boolean;
  /** Secrets of which any may have signed a delivery, newest first. */
  readonly webhookSecrets: readonly string[];
  readonly adminToken: string;
  /** What to warn of at the start, if anything: others can reach it, and know its secrets. */
  readonly exposure: string | undefined;
  /** Where to be killed, in a demonstration; the README of the checkout has the points. */
  readonly crashAt: CrashAt | undefined;
}

const schema: z.ZodType<WarehouseConfig> = z
  .object({ ...serviceVariables(portDefault), CRASH_AT: crashAtVariable })
  .superRefine(refuseSameSecretTwice)
  .superRefine(refuseKnownSecrets, besideOthers)
  .transform((variables) => ({
    port: variables.PORT,
    host: variables.HOST,
    shutdownDelayMs: variables.SHUTDOWN_DELAY_MS,
    limits: connectionLimitsOf(variables),
    dataDirectory: variables.DATA_DIR,
    logLevel: variables.LOG_LEVEL,
    logFormat: variables.LOG_FORMAT,
    demo: variables.DEMO,
    webhookSecrets: webhookSecretsOf(variables),
    adminToken: variables.ADMIN_TOKEN,
    exposure: describeExposure(variables),
    crashAt: variables.CRASH_AT,
  }));

/** @throws EnvironmentError that lists every variable that is missing or wrong */
export function readConfig(environment: Environment = process.env): WarehouseConfig {
  return readEnvironment(schema, withDemoSecrets(environment));
}
