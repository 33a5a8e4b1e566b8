import { z } from 'zod';

import { integerVariable, type Environment } from './read-environment.js';

/** What `DEMO=1` uses where nothing is set: known to everyone, so good for this machine's loopback and nothing else. */
export const demoWebhookSecret = 'whsec_ZGVtby1zZWNyZXQtb2YtdGhlLWNoZWNrb3V0LTAx';
export const demoAdminToken = 'demo-admin-token';

/** A Standard Webhooks secret: `whsec_` and the base64 of 24 to 64 bytes. */
export const webhookSecret = z
  .string(notSet('give whsec_ and the base64 of 24 to 64 random bytes'))
  .refine(isWebhookSecret, 'must be whsec_ followed by the base64 of 24 to 64 random bytes');

/** Looked at when a service reads its environment, and no earlier. */
export function readableLogFormat(output: { readonly isTTY?: boolean } = process.stdout): 'json' | 'text' {
  return output.isTTY === true ? 'text' : 'json';
}

function notSet(advice: string): string {
  return `is not set: ${advice} (or set DEMO=1 to try it on loopback)`;
}

function isWebhookSecret(text: string): boolean {
  const base64 = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1];
  if (base64 === undefined) return false;
  const bytes = Buffer.from(base64, 'base64').length;
  return bytes >= 24 && bytes <= 64;
}

/** The variables that all three services take. `port` is the default of `PORT`. */
export function serviceVariables(port: number) {
  return {
    /** TCP port; 0 takes any free one. */
    PORT: integerVariable({ min: 0, max: 65_535, default: port }),
    /** Address to listen on; everything but loopback should have a proxy with TLS in front. */
    HOST: z.string().default('127.0.0.1'),
    /** Address at which others reach it where that is not HOST, as in a container. Nothing is done with it but to warn by it. */
    PUBLISHED_HOST: z.string().optional(),
    /** Milliseconds in which requests are still served after `/readyz` has begun to say that the service shuts down. */
    SHUTDOWN_DELAY_MS: integerVariable({ min: 0, max: 60_000, default: 0 }),
    /** Folder for everything the service stores; made if it is not there. */
    DATA_DIR: z.string('is not set: name the folder for the data'),
    /** Connections served at the same time; one beyond takes the place of one that idles, or is refused. */
    CONNECTIONS_MAX: integerVariable({ min: 8, max: 65_536, default: 2048 }),
    /** How long a connection is kept for the next request, in seconds; longer than a load balancer in front keeps its own. */
    KEEP_ALIVE_SECONDS: integerVariable({ min: 1, max: 3600, default: 5 }),
    /** Least severe level that is logged. */
    LOG_LEVEL: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace'], 'must be fatal, error, warn, info, debug or trace')
      .default('info'),
    /** `json`, or `text` for people; by default `text` where standard output is a terminal. */
    LOG_FORMAT: z.enum(['json', 'text'], 'must be json or text').default(readableLogFormat),
    /** `1` allows known secrets and injected faults. */
    DEMO: z
      .enum(['0', '1'], 'must be 0 or 1')
      .default('0')
      .transform((value) => value === '1'),
    /** Signs the deliveries. */
    WEBHOOK_SECRET: webhookSecret,
    /** The secret before that one, while it is being replaced: signs too, and is taken too. */
    WEBHOOK_SECRET_PREVIOUS: webhookSecret.optional(),
    /** Opens the admin routes. */
    ADMIN_TOKEN: z
      .string(notSet('give a long random string'))
      .regex(/^[\x21-\x7e]{8,}$/, 'must have at least 8 characters, printable ASCII without spaces'),
  };
}

/** What a service may be told of the limits of its server. */
export function connectionLimitsOf(variables: {
  readonly CONNECTIONS_MAX: number;
  readonly KEEP_ALIVE_SECONDS: number;
}) {
  const { CONNECTIONS_MAX: connectionsMax, KEEP_ALIVE_SECONDS: keepAliveSeconds } = variables;
  return Object.freeze({ connectionsMax, keepAliveTimeoutMs: keepAliveSeconds * 1000 });
}

interface WebhookSecretVariables {
  readonly WEBHOOK_SECRET: string;
  readonly WEBHOOK_SECRET_PREVIOUS?: string | undefined;
}

/** The secrets in force, newest first: one, or two while one is being replaced. */
export function webhookSecretsOf(variables: WebhookSecretVariables): readonly string[] {
  const { WEBHOOK_SECRET: current, WEBHOOK_SECRET_PREVIOUS: previous } = variables;
  return Object.freeze(previous === undefined ? [current] : [current, previous]);
}

/** A `superRefine` for a service's variables: the same secret twice is a rotation that somebody only believes to have begun. */
export function refuseSameSecretTwice(variables: WebhookSecretVariables, context: z.core.$RefinementCtx): void {
  if (variables.WEBHOOK_SECRET !== variables.WEBHOOK_SECRET_PREVIOUS) return;
  context.addIssue({
    code: 'custom',
    path: ['WEBHOOK_SECRET_PREVIOUS'],
    message: 'is the same as WEBHOOK_SECRET: give the secret before it, or none',
  });
}

/** The environment with the demo's secrets where `DEMO=1` and none are set. */
export function withDemoSecrets(environment: Environment): Environment {
  if (environment.DEMO !== '1') return environment;
  const set = Object.entries(environment).filter(([, value]) => value !== undefined && value !== '');
  return { WEBHOOK_SECRET: demoWebhookSecret, ADMIN_TOKEN: demoAdminToken, ...Object.fromEntries(set) };
}
