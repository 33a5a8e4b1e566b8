import { shortenText } from './describe-answer.js';

const CAUSES_MAX = 5;

/** What of an error is looked at. By shape: an error may come from another realm, where it is no instance of our Error. */
interface ErrorShape {
  readonly message?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

/**
 * A network error in words for people: `connect ECONNREFUSED 127.0.0.1:3001`. What is thrown is often a wrapper, so the
 * innermost error is looked for; of the several addresses a name was tried at, the first speaks for all.
 */
export function describeNetworkError(error: unknown): string {
  let found = error;
  let inner = innerError(found);
  for (let depth = 0; inner !== undefined && depth < CAUSES_MAX; depth += 1) {
    found = inner;
    inner = innerError(found);
  }
  if (!isErrorShape(found)) return shortenText(String(found));
  const message = typeof found.message === 'string' ? found.message : '';
  const code = typeof found.code === 'string' ? found.code : '';
  if (message === '') return shortenText(code === '' ? 'unknown network error' : code);
  return shortenText(message.includes(code) ? message : `${message} (${code})`);
}

function innerError(error: unknown): unknown {
  if (!isErrorShape(error)) return undefined;
  return Array.isArray(error.errors) && error.errors.length > 0 ? (error.errors[0] as unknown) : error.cause;
}

function isErrorShape(error: unknown): error is ErrorShape {
  return typeof error === 'object' && error !== null;
}
