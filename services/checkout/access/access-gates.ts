import type { RequestHandler } from 'express';

import { limitRate } from './limit-rate.js';
import type { ApiKey } from './parse-api-keys.js';
import type { QuotaLimit } from './quota.js';
import { requireApiKey, type ApiKeyOptions } from './require-api-key.js';

export interface AccessSettings {
  /** Who may buy; none: everyone. */
  readonly apiKeys: readonly ApiKey[];
  /** Undefined: as often as they like. */
  readonly rateLimit: QuotaLimit | undefined;
}

/** The first gates of `POST /checkout`: who sends it, and how often. */
export function accessGates({ apiKeys, rateLimit }: AccessSettings, options: ApiKeyOptions): RequestHandler[] {
  return [
    ...(apiKeys.length > 0 ? [requireApiKey(apiKeys, options)] : []),
    ...(rateLimit ? [limitRate(rateLimit, () => performance.now())] : []),
  ];
}
