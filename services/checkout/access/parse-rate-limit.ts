import type { QuotaLimit } from './quota.js';

const requestsMax = 1_000_000;
const secondsMax = 86_400;

/** What a rate limit must be. */
export const rateLimitForm = `must be requests/seconds, as in 100/10: 1 to ${requestsMax} in 1 to ${secondsMax} seconds`;

/** Reads `requests/seconds`. Undefined if it is none. */
export function parseRateLimit(text: string): QuotaLimit | undefined {
  const [, requests = 0, seconds = 0] = (/^(\d{1,7})\/(\d{1,5})$/.exec(text) ?? []).map(Number);
  if (requests < 1 || requests > requestsMax || seconds < 1 || seconds > secondsMax) return undefined;
  return { requests, seconds };
}
