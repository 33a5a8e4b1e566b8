import { problems } from '../../http/index.js';

import type { UncheckedEvent } from './types.js';

const idLengthMax = 255;

/** Takes whatever has an id. @throws Problem 422 for what has none */
export function parseUnchecked(given: unknown): UncheckedEvent {
  if (isIdentified(given)) return given;
  throw problems.invalidBody([{ detail: `must be a string of 1 to ${idLengthMax} characters`, pointer: '#/data/id' }]);
}

function isIdentified(given: unknown): given is UncheckedEvent {
  const id = field(field(given, 'data'), 'id');
  return typeof id === 'string' && id.length > 0 && id.length <= idLengthMax;
}

/** The id of something that may be no event at all. */
export function idOf(given: unknown): string | null {
  const id = field(field(given, 'data'), 'id');
  return typeof id === 'string' ? id : null;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
