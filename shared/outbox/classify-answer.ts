import type { Answer } from './types.js';

/**
 * What an answer means (O6).
 *
 * - `confirmed`: the destination has stored it.
 * - `refused`: it speaks of this entry, and would say the same again: park it.
 * - `misdirected`: it speaks of the destination as we have it configured (address, secret): every entry would fare the same.
 * - `again`: time may heal it. Whether the entry was applied is not known; the receiver knows a repeat by its id.
 */
export type Meaning = 'confirmed' | 'refused' | 'misdirected' | 'again';

const REFUSED: ReadonlySet<number> = new Set([400, 409, 413, 415, 422]);
const MISDIRECTED: ReadonlySet<number> = new Set([401, 403, 404, 410]);

export function classifyAnswer(answer: Answer): Meaning {
  if (answer.kind === 'none') return 'again';
  const { status } = answer;
  if (status >= 200 && status <= 299) return 'confirmed';
  // RFC 9110, 15.5.14: with Retry-After the condition is temporary.
  if (status === 413 && answer.retryAfterMs !== undefined) return 'again';
  if (REFUSED.has(status)) return 'refused';
  // Redirects are never followed: a signed purchase goes where it was configured to go, nowhere else.
  if (MISDIRECTED.has(status) || (status >= 300 && status <= 399)) return 'misdirected';
  // 408, 425, 429, 5xx, and every status nobody has thought of: to keep trying loses nothing, to park might.
  return 'again';
}
