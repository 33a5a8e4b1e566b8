import { z } from 'zod';

import { pageBounds, problemTypes } from '../http/index.js';

import type { Parameter } from './types.js';

/** A whole number within the bounds that its reader checks it against. */
export function integerParameter(
  place: 'path' | 'query',
  name: string,
  bounds: { readonly min: number; readonly max: number; readonly default?: number },
  words: { readonly description: string; readonly example: number },
): Parameter {
  const whole = z.int().min(bounds.min).max(bounds.max);
  return {
    ...{ in: place, name, ...words, refusedAs: problemTypes.invalidParameter },
    schema: bounds.default === undefined ? whole : whole.default(bounds.default),
  };
}

/** `after` and `limit` of a list that is read in pages. @param what `after` is the last of */
export function pageParameters(what: string): readonly Parameter[] {
  return [
    integerParameter('query', 'after', pageBounds.after, {
      description: `The last ${what} of the page before; 0: from the beginning.`,
      example: 0,
    }),
    integerParameter('query', 'limit', pageBounds.limit, { description: 'How many, at most.', example: 10 }),
  ];
}
