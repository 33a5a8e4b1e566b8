import type { z } from 'zod';

import {
  demoAdminToken,
  demoWebhookSecret,
  isKnownSecret,
  isKnownToEveryone,
} from '../../../shared/environment/index.js';
import { digestToken } from '../../../shared/http/index.js';
import { parseDestinations } from '../parse-destinations.js';
import { parseApiKeys } from './parse-api-keys.js';

interface GivenSecrets {
  readonly DEMO?: unknown;
  readonly ADMIN_TOKEN?: unknown;
  readonly API_KEYS?: unknown;
  readonly DESTINATIONS?: unknown;
}

/** A `superRefine` for variables some of which may be wrong: what is a secret in itself, and not beside the others. */
export function refuseUnfitSecrets(given: GivenSecrets, context: z.core.$RefinementCtx): void {
  const fault = (name: string, message: string) => {
    context.addIssue({ code: 'custom', path: [name], message });
  };
  const opensAs = (token: unknown) => typeof token === 'string' && keyWith(given.API_KEYS, digestToken(token));
  const sameAsAdmin = opensAs(given.ADMIN_TOKEN);
  if (sameAsAdmin) fault('API_KEYS', `key ${sameAsAdmin}: its secret is ADMIN_TOKEN: a shop would be an admin`);
  if (given.DEMO !== false) return;
  for (const known of [demoAdminToken, demoWebhookSecret].map(opensAs)) {
    if (known) fault('API_KEYS', `key ${known}: its secret ${isKnownToEveryone}`);
  }
  if (typeof given.DESTINATIONS !== 'string') return;
  for (const { name, secrets } of parseDestinations(given.DESTINATIONS, []).destinations) {
    if (secrets.some(isKnownSecret)) fault('DESTINATIONS', `gives ${name} a secret that ${isKnownToEveryone}`);
  }
}

/** The place of the key that has such a secret. */
function keyWith(apiKeys: unknown, digest: Buffer): number | undefined {
  const { keys } = parseApiKeys(typeof apiKeys === 'string' ? apiKeys : '');
  const index = keys.findIndex(({ digests }) => digests.some((each) => each.equals(digest)));
  return index < 0 ? undefined : index + 1;
}
