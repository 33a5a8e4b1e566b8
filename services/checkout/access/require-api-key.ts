import { timingSafeEqual } from 'node:crypto';

import type { RequestHandler } from 'express';

import { requireBearer } from '../../../shared/http/index.js';
import { setCaller } from './caller.js';
import type { ApiKey } from './parse-api-keys.js';

/** Which secret of its key a request came with: tells when nobody uses the previous one any more. */
export type ObserveApiKey = (caller: string, secret: 'current' | 'previous') => void;

export interface ApiKeyOptions {
  readonly observe: ObserveApiKey;
  readonly log: { warn(fields: object, message: string): void };
}

/** Lets a request pass only with one of these keys, and notes whose it is: `callerOf` has it then. */
export function requireApiKey(keys: readonly ApiKey[], { observe, log }: ApiKeyOptions): RequestHandler {
  const known = keys.flatMap(({ name, digests }) =>
    digests.map((digest, index) => ({
      name,
      digest,
      secret: index === 0 ? ('current' as const) : ('previous' as const),
    })),
  );
  return requireBearer({
    realm: 'checkout',
    advice: 'Send the API key of your shop as Authorization: Bearer <key>.',
    opens: (given, response) => {
      let found: (typeof known)[number] | undefined;
      // All of them, also behind the one that fits: how long it takes must not tell which it was.
      for (const each of known) if (timingSafeEqual(each.digest, given)) found = each;
      if (found === undefined) return false;
      setCaller(response, found.name);
      observe(found.name, found.secret);
      return true;
    },
    log,
  });
}
