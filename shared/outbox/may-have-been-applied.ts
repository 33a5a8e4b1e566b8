import type { Answer } from './types.js';

/**
 * Whether a destination may have stored the entry although its answer is no yes: there was none, or one that a proxy may have
 * given in its place (5xx, 408) after handing the request on. Every other answer says that it was not done.
 */
export function mayHaveBeenApplied(answer: Answer): boolean {
  if (answer.notApplied) return false;
  return answer.kind === 'none' || answer.status === 408 || answer.status >= 500;
}
