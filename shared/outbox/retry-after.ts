import type { EpochMs } from './types.js';

/**
 * `Retry-After` in milliseconds from `now`: seconds or an HTTP-date (RFC 9110, 10.2.3); undefined if absent or neither.
 * A date that has passed is 0. The cap is the retry policy's affair.
 */
export function parseRetryAfter(value: string | undefined, now: EpochMs): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // Date.parse takes much that is no HTTP-date, such as "1.5"; a date starts with the name of a day.
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text)) return undefined;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
