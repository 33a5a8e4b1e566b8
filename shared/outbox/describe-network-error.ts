import { shortenText } from './describe-answer.js';

const CAUSES_MAX = 5;

/**
 * A network error in words for people: `connect ECONNREFUSED 127.0.0.1:3001`. What is thrown is often a wrapper, so the
 * innermost error with a code is looked for; of the several addresses a name was tried at, the first speaks for all.
 */
export function describeNetworkError(error: unknown): string {
  let found = error;
  let inner = innerError(error);
  for (let depth = 0; inner !== undefined && depth < CAUSES_MAX; depth += 1) {
    found = inner;
    inner = innerError(inner);
  }
  if (!(found instanceof Error)) return shortenText(String(found));
  const code = 'code' in found && typeof found.code === 'string' ? found.code : undefined;
  if (found.message === '') return code ?? found.name;
  return shortenText(code === undefined || found.message.includes(code) ? found.message : `${found.message} (${code})`);
}

function innerError(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors[0];
  return error instanceof Error ? error.cause : undefined;
}
