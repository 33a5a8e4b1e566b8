import { shortenText } from './describe-answer.js';
import { innermostError, isErrorShape } from './innermost-error.js';

/** A network error in words for people: `connect ECONNREFUSED 127.0.0.1:3001`. */
export function describeNetworkError(error: unknown): string {
  const found = innermostError(error);
  if (!isErrorShape(found)) return shortenText(String(found));
  const message = typeof found.message === 'string' ? found.message : '';
  const code = typeof found.code === 'string' ? found.code : '';
  if (message === '') return shortenText(code === '' ? 'unknown network error' : code);
  return shortenText(message.includes(code) ? message : `${message} (${code})`);
}
