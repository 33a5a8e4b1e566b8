import { z } from 'zod';

import type { CrashAt } from '../../shared/crash-points/index.js';
import { crashAtVariable } from '../../shared/crash-points/variable.js';
import {
  besideOthers,
  describeExposure,
  connectionLimitsOf,
  integerVariable,
  optionalIntegerVariable,
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
import { parseApiKeys, type ApiKey } from './access/parse-api-keys.js';
import { parseRateLimit, rateLimitForm } from './access/parse-rate-limit.js';
import type { QuotaLimit } from './access/quota.js';
import { refuseUnfitSecrets } from './access/refuse-unfit-secrets.js';
import { parseDestinations, type ConfiguredDestination } from './parse-destinations.js';

export interface CheckoutConfig {
  readonly host: string;
  readonly port: number;
  readonly shutdownDelayMs: number;
  /** Of connections; all others are fixed. */
  readonly limits: Partial<ServerLimits>;
  readonly dataDirectory: string;
  readonly destinations: readonly ConfiguredDestination[];
  /** Names of destinations that are owed nothing any more. */
  readonly removedDestinations: readonly string[];
  readonly adminToken: string;
  /** What to warn of at the start, if anything: others can reach it, and know its secrets. */
  readonly exposure: string | undefined;
  /** Who may buy; none: everyone. */
  readonly apiKeys: readonly ApiKey[];
  /** How often each caller may buy; undefined: as often as it likes. */
  readonly rateLimit: QuotaLimit | undefined;
  /** Proxies in front, each of which adds to `X-Forwarded-For` whom it speaks for. */
  readonly trustedProxies: number;
  readonly segmentBytes: number;
  readonly segmentAgeMs: number;
  /** Undefined: by the size of the disk. */
  readonly diskReserveBytes: number | undefined;
  /** How long an idempotency key stands for the purchase that it made. */
  readonly idempotencyHours: number;
  readonly requireIdempotencyKey: boolean;
  /** Undefined: no bound but the disk. */
  readonly backlogBytesMax: number | undefined;
  readonly pendingMax: number;
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
    /** Who may buy: `name=secret,name=secret`; unset: everyone. */
    API_KEYS: z
      .string()
      .superRefine((text, context) => {
        for (const message of parseApiKeys(text).faults) context.addIssue({ code: 'custom', message });
      })
      .optional(),
    /** How often each caller may buy: `requests/seconds`; unset: as often as it likes. */
    RATE_LIMIT: z
      .string()
      .refine((text) => parseRateLimit(text) !== undefined, rateLimitForm)
      .optional(),
    /** How many proxies stand in front, one behind the other: without it, all who come through one are one caller. */
    TRUST_PROXY: integerVariable({ min: 0, max: 10, default: 0 }),
    /** A segment of the log that reached this size, in bytes, is followed by a new one. */
    SEGMENT_BYTES: integerVariable({ min: 1024, max: 1024 ** 3, default: 64 * 1024 ** 2 }),
    /** A segment with entries in it that reached this age, in seconds, is followed by a new one. */
    SEGMENT_SECONDS: integerVariable({ min: 1, max: 7 * 24 * 3600, default: 600 }),
    /** `point:n`: where to be killed, in a demonstration; the README beside this file has the points. */
    CRASH_AT: crashAtVariable,
    /** Purchases are refused rather than to leave less free than this, in bytes; by default 64 MiB or a tenth of the disk. */
    DISK_RESERVE_BYTES: optionalIntegerVariable({ min: 0, max: 1024 ** 5 }),
    /** How long an idempotency key stands for the purchase that it made, in hours; for purchases from now on. */
    IDEMPOTENCY_HOURS: integerVariable({ min: 1, max: 8760, default: 168 }),
    /** `1` refuses a purchase without an idempotency key. */
    REQUIRE_IDEMPOTENCY_KEY: z
      .enum(['0', '1'], 'must be 0 or 1')
      .default('0')
      .transform((value) => value === '1'),
    /** Purchases are refused while destinations have more than this, in bytes of the log, to confirm; by default without limit. */
    BACKLOG_BYTES_MAX: optionalIntegerVariable({ min: 1024 ** 2, max: 1024 ** 5 }),
    /** Purchases under way at a time; more are refused. */
    PENDING_MAX: integerVariable({ min: 1, max: 100_000, default: 1024 }),
  })
  .superRefine(refuseSameSecretTwice)
  .superRefine(refuseKnownSecrets, besideOthers)
  .superRefine(refuseUnfitSecrets, besideOthers)
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
    shutdownDelayMs: read.SHUTDOWN_DELAY_MS,
    limits: connectionLimitsOf(read),
    dataDirectory: read.DATA_DIR,
    destinations: read.destinations,
    removedDestinations: read.removed,
    adminToken: read.ADMIN_TOKEN,
    exposure: describeExposure(read),
    apiKeys: read.API_KEYS === undefined ? [] : parseApiKeys(read.API_KEYS).keys,
    rateLimit: read.RATE_LIMIT === undefined ? undefined : parseRateLimit(read.RATE_LIMIT),
    trustedProxies: read.TRUST_PROXY,
    segmentBytes: read.SEGMENT_BYTES,
    segmentAgeMs: read.SEGMENT_SECONDS * 1000,
    diskReserveBytes: read.DISK_RESERVE_BYTES,
    idempotencyHours: read.IDEMPOTENCY_HOURS,
    requireIdempotencyKey: read.REQUIRE_IDEMPOTENCY_KEY,
    backlogBytesMax: read.BACKLOG_BYTES_MAX,
    pendingMax: read.PENDING_MAX,
    logLevel: read.LOG_LEVEL,
    logFormat: read.LOG_FORMAT,
    demo: read.DEMO,
    crashAt: read.CRASH_AT,
  });
}
