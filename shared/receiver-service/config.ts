import { z } from 'zod';

import type { CrashAt } from '../crash-points/index.js';
import { crashAtVariable } from '../crash-points/variable.js';
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
} from '../environment/index.js';
import type { ServerLimits } from '../http/index.js';
import type { LogFormat } from '../telemetry/index.js';

/** How a service that is a destination is set up; `serviceVariables` explains each variable. */
export interface ReceiverServiceConfig {
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

/** @throws EnvironmentError that lists every variable that is missing or wrong */
export function readReceiverConfig(portDefault: number, environment: Environment): ReceiverServiceConfig {
  const schema: z.ZodType<ReceiverServiceConfig> = z
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
  return readEnvironment(schema, withDemoSecrets(environment));
}
