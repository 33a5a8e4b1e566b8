import type { Request } from 'express';

import { problems } from './problems.js';

/** A whole number from the query, within bounds that the answer names. @throws Problem 400 */
export function integerParameter(
  request: Request,
  name: string,
  options: { min: number; max: number; default: number },
): number {
  const { min, max } = options;
  const text = request.query[name];
  if (text === undefined) return options.default;
  const value = typeof text === 'string' && /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw problems.invalidParameter(name, `must be a whole number from ${min} to ${max}`);
}
