import type { DecisionRecord } from '../../shared/journal/index.js';
import type { AnswerOf } from '../../shared/openapi/index.js';
import type { decisionSchema } from './answers/delivery-answers.js';

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
}: DecisionRecord): AnswerOf<typeof decisionSchema> {
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
