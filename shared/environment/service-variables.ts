import { z } from 'zod';

import { integerVariable } from './read-environment.js';

/** What `DEMO=1` uses where nothing is set: known to everyone, so good for this machine's loopback and nothing else. */
export const demoWebhookSecret = 'whsec_ZGVtby1zZWNyZXQtb2YtdGhlLWNoZWNrb3V0LTAx';
export const demoAdminToken = 'demo-admin-token';

/** A Standard Webhooks secret: `whsec_` and the base64 of 24 to 64 bytes. */
export const webhookSecret = z
  .string()
  .refine(isWebhookSecret, 'must be whsec_ followed by the base64 of 24 to 64 random bytes');

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
    /** Folder for everything the service stores; made if it is not there. */
    DATA_DIR: z.string('is not set: name the folder for the data'),
    /** Least severe level that is logged. */
    LOG_LEVEL: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace'], 'must be fatal, error, warn, info, debug or trace')
      .default('info'),
    /** `json`, or `text` for people. */
    LOG_FORMAT: z.enum(['json', 'text'], 'must be json or text').default('json'),
    /** `1` allows known secrets and injected faults. */
    DEMO: z
      .enum(['0', '1'], 'must be 0 or 1')
      .default('0')
      .transform((value) => value === '1'),
    /** Signs the deliveries. */
    WEBHOOK_SECRET: webhookSecret.optional(),
    /** Opens the admin routes. */
    ADMIN_TOKEN: z
      .string()
      .regex(/^[\x21-\x7e]{8,}$/, 'must have at least 8 characters, printable ASCII without spaces')
      .optional(),
  };
}

/**
 * Fills in the demo's secrets, or reports those that are missing: to be used as a transform of an object with the
 * variables above.
 */
export function withSecrets<
  T extends { DEMO: boolean; WEBHOOK_SECRET?: string | undefined; ADMIN_TOKEN?: string | undefined },
>(variables: T, context: z.RefinementCtx): T & { WEBHOOK_SECRET: string; ADMIN_TOKEN: string } {
  const secret = variables.WEBHOOK_SECRET ?? (variables.DEMO ? demoWebhookSecret : undefined);
  const token = variables.ADMIN_TOKEN ?? (variables.DEMO ? demoAdminToken : undefined);
  const missing = (name: string, advice: string) => {
    context.addIssue({
      code: 'custom',
      path: [name],
      message: `is not set: ${advice} (or set DEMO=1 to try it on loopback)`,
    });
  };
  if (secret === undefined) missing('WEBHOOK_SECRET', 'give whsec_ and the base64 of 24 to 64 random bytes');
  if (token === undefined) missing('ADMIN_TOKEN', 'give a long random string');
  return { ...variables, WEBHOOK_SECRET: secret ?? '', ADMIN_TOKEN: token ?? '' };
}
