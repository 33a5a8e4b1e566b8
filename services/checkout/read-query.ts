import type { Request } from 'express';

import { integerParameter, problems } from '../../shared/http/index.js';
import type { Sequence } from '../../shared/outbox/index.js';

const limit = { min: 1, max: 1000, default: 100 };
const after = { min: 0, max: Number.MAX_SAFE_INTEGER, default: 0 };

/** `after` (a sequence, default 0) and `limit` (1 to 1,000, default 100) in a query. @throws Problem 400 */
export function readPage(request: Request): { after: Sequence; limit: number } {
  return {
    after: integerParameter(request, 'after', after) as Sequence,
    limit: integerParameter(request, 'limit', limit),
  };
}

/** One of a few words in a query, or undefined. @throws Problem 400 */
export function readChoice<Choice extends string>(
  request: Request,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = request.query[name];
  if (value === undefined) return undefined;
  const choice = choices.find((each) => each === value);
  if (choice === undefined) throw problems.invalidParameter(name, `must be one of ${choices.join(', ')}`);
  return choice;
}

/** A sequence in a path. @throws Problem 400 */
export function readSequence(text: string): Sequence {
  const sequence = /^\d{1,16}$/.test(text) ? Number(text) : 0;
  if (sequence >= 1 && sequence <= Number.MAX_SAFE_INTEGER) return sequence as Sequence;
  throw problems.invalidParameter('sequence', 'must be a whole number from 1');
}
