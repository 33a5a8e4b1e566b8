import { parseHttpDate } from './http-date.js';
import type { EpochMs } from './types.js';

/**
 * `Retry-After` in milliseconds from `now`: seconds or an HTTP-date (RFC 9110, 10.2.3); undefined if absent or neither.
 * A date that has passed is 0. The cap is the retry policy's affair.
 */
export function parseRetryAfter(value: string | undefined, now: EpochMs): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = parseHttpDate(text, now);
  return date === undefined ? undefined : Math.max(0, date - now);
}
