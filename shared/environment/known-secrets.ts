import type { z } from 'zod';

import { demoAdminToken, demoWebhookSecret } from './service-variables.js';

/** What is said of a secret that is known, behind its variable's name. */
export const isKnownToEveryone =
  'is the secret of the demonstration, which everyone knows: give one of your own (or set DEMO=1 to try it on loopback)';

/** Whether everyone knows it, from this repository. */
export function isKnownSecret(secret: string): boolean {
  return secret === demoAdminToken || bytesOf(secret).equals(bytesOf(demoWebhookSecret));
}

/** Base64 has several spellings of the same bytes. */
function bytesOf(webhookSecret: string): Buffer {
  return Buffer.from(webhookSecret.replace(/^whsec_/, ''), 'base64');
}

interface SecretVariables {
  readonly DEMO?: unknown;
  readonly WEBHOOK_SECRET?: unknown;
  readonly WEBHOOK_SECRET_PREVIOUS?: unknown;
  readonly ADMIN_TOKEN?: unknown;
}

/** A `superRefine` for a service's variables, some of which may be wrong: outside a demonstration, known secrets are none. */
export function refuseKnownSecrets(variables: SecretVariables, context: z.core.$RefinementCtx): void {
  if (variables.DEMO !== false) return;
  for (const name of ['WEBHOOK_SECRET', 'WEBHOOK_SECRET_PREVIOUS', 'ADMIN_TOKEN'] as const) {
    const secret = variables[name];
    if (typeof secret !== 'string' || !isKnownSecret(secret)) continue;
    context.addIssue({ code: 'custom', path: [name], message: isKnownToEveryone });
  }
}

/** For a `superRefine` that is to be heard beside other faults, rather than after they are mended. */
export const besideOthers = { when: () => true };

interface ReachVariables extends SecretVariables {
  readonly HOST: string;
  readonly PUBLISHED_HOST?: string | undefined;
}

/** What to warn of at the start, if others than this machine can reach a service whose secrets they know. */
export function describeExposure(variables: ReachVariables): string | undefined {
  const reachedAt = variables.PUBLISHED_HOST ?? variables.HOST;
  const known = (['WEBHOOK_SECRET', 'ADMIN_TOKEN'] as const).filter((name) => isKnownSecret(String(variables[name])));
  if (isLoopback(reachedAt) || known.length === 0) return undefined;
  return (
    `ANYONE who reaches this service at ${reachedAt} can act as its admin or forge deliveries: ${known.join(' and ')} ` +
    'of the demonstration are known to everyone. Set your own, or listen on 127.0.0.1.'
  );
}

function isLoopback(host: string): boolean {
  return /^127(\.\d{1,3}){3}$/.test(host) || host === '::1' || host === 'localhost';
}
