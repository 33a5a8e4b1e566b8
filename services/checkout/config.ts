import { z } from 'zod';

import type { CrashAt } from '../../shared/crash-points/index.js';
import { crashAtVariable } from '../../shared/crash-points/variable.js';
import {
  connectionLimitsOf,
  integerVariable,
  optionalIntegerVariable,
  readEnvironment,
  refuseSameSecretTwice,
  serviceVariables,
  webhookSecretsOf,
  withDemoSecrets,
  type Environment,
} from '../../shared/environment/index.js';
import type { ServerLimits } from '../../shared/http/index.js';
import type { LogFormat } from '../../shared/telemetry/index.js';
import { parseDestinations, type ConfiguredDestination } from './parse-destinations.js';

export interface CheckoutConfig {
  readonly host: string;
  readonly port: number;
  /** Of connections; all others are fixed. */
  readonly limits: Partial<ServerLimits>;
  readonly dataDirectory: string;
  readonly destinations: readonly ConfiguredDestination[];
  /** Names of destinations that are owed nothing any more. */
  readonly removedDestinations: readonly string[];
  readonly adminToken: string;
  readonly segmentBytes: number;
  readonly segmentAgeMs: number;
  /** Undefined: by the size of the disk. */
  readonly diskReserveBytes: number | undefined;
  readonly logLevel: string;
  readonly logFormat: LogFormat;
  readonly demo: boolean;
  readonly crashAt: CrashAt | undefined;
}

const variables = z
  .object({
    ...serviceVariables(3000),
    /** Who gets every purchase: `name=url;option=value,name=url`; see the README for the options. */
    DESTINATIONS: z.string('is not set: give name=url,name=url').superRefine((text, context) => {
      for (const message of parseDestinations(text, []).faults) context.addIssue({ code: 'custom', message });
    }),
    /** A segment of the log that reached this size, in bytes, is followed by a new one. */
    SEGMENT_BYTES: integerVariable({ min: 1024, max: 1024 ** 3, default: 64 * 1024 ** 2 }),
    /** A segment with entries in it that reached this age, in seconds, is followed by a new one. */
    SEGMENT_SECONDS: integerVariable({ min: 1, max: 7 * 24 * 3600, default: 600 }),
    /** `point:n`: where to be killed, in a demonstration; the README beside this file has the points. */
    CRASH_AT: crashAtVariable,
    /** Purchases are refused rather than to leave less free than this, in bytes; by default 64 MiB or a tenth of the disk. */
    DISK_RESERVE_BYTES: optionalIntegerVariable({ min: 0, max: 1024 ** 5 }),
  })
  .superRefine(refuseSameSecretTwice)
  .transform(({ DESTINATIONS, ...rest }) => ({
    ...rest,
    ...parseDestinations(DESTINATIONS, webhookSecretsOf(rest)),
  }));

/** The environment, checked. @throws EnvironmentError that names every fault */
export function readConfig(environment: Environment = process.env): CheckoutConfig {
  const read = readEnvironment(variables, withDemoSecrets(environment));
  return Object.freeze({
    host: read.HOST,
    port: read.PORT,
    limits: connectionLimitsOf(read),
    dataDirectory: read.DATA_DIR,
    destinations: read.destinations,
    removedDestinations: read.removed,
    adminToken: read.ADMIN_TOKEN,
    segmentBytes: read.SEGMENT_BYTES,
    segmentAgeMs: read.SEGMENT_SECONDS * 1000,
    diskReserveBytes: read.DISK_RESERVE_BYTES,
    logLevel: read.LOG_LEVEL,
    logFormat: read.LOG_FORMAT,
    demo: read.DEMO,
    crashAt: read.CRASH_AT,
  });
}
