import type { Request } from 'express';

import { integerParameter, pageBounds, problems } from '../../shared/http/index.js';
import type { Sequence } from '../../shared/outbox/index.js';

/** What a sequence in a path may be. */
export const sequenceBounds = Object.freeze({ min: 1, max: Number.MAX_SAFE_INTEGER });

/** `after` (a sequence, default 0) and `limit` (1 to 1,000, default 100) in a query. @throws Problem 400 */
export function readPage(request: Request): { after: Sequence; limit: number } {
  return {
    after: integerParameter(request, 'after', pageBounds.after) as Sequence,
    limit: integerParameter(request, 'limit', pageBounds.limit),
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
  if (sequence >= sequenceBounds.min && sequence <= sequenceBounds.max) return sequence as Sequence;
  throw problems.invalidParameter('sequence', `must be a whole number from ${sequenceBounds.min}`);
}
