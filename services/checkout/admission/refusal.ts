import type { RefusedCode } from '../../../shared/journal/index.js';

/** What somebody is told whose purchase is refused. */
export interface Refusal {
  readonly code: RefusedCode;
  readonly retryAfterSeconds: number;
}
