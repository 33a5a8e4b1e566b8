import type { NoAnswerError } from '../../shared/shop-client/index.js';
import type { Answer } from './types.js';

/** Kinds of silence, by the system's code. Nothing was sent where no connection came about. */
const unconnected: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'name unknown',
  EAI_AGAIN: 'name unknown',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  UND_ERR_CONNECT_TIMEOUT: 'unreachable',
};
const timedOut = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);

/** What it means to who bought that nothing came back. */
export function classifySilence({ cause }: NoAnswerError): Answer {
  const code = (cause as { code?: unknown } | undefined)?.code;
  const known = typeof code === 'string' ? unconnected[code] : undefined;
  const kind = known ?? (typeof code === 'string' && timedOut.has(code) ? 'timed out' : 'connection cut');
  return {
    kind: 'again',
    why: `no answer: ${kind}`,
    mayBeWritten: known === undefined,
    down: true,
    retryAfterMs: undefined,
  };
}
