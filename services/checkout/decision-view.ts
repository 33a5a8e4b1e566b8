import type { DecisionRecord } from '../../shared/journal/index.js';

/** What a person decided; what does not apply is left out. */
export function decisionView({
  number,
  at,
  what,
  destination,
  sequence,
  why,
  before,
  ratePerSecond,
}: DecisionRecord): object {
  return {
    number,
    at: new Date(at).toISOString(),
    what,
    destination,
    ...(sequence !== undefined && { sequence }),
    ...(why !== undefined && { why }),
    ...(before !== undefined && { before }),
    ...(ratePerSecond !== undefined && { rate: ratePerSecond }),
  };
}
