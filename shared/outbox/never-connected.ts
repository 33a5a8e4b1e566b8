import { innermostError, isErrorShape } from './innermost-error.js';

/**
 * Whether a request failed before there was a connection: the name was not found, or nobody took it. Then nothing of it can
 * have been applied. A code alone would not do: `EHOSTUNREACH` also ends a connection over which a request has gone out.
 */
export function neverConnected(error: unknown): boolean {
  const found = innermostError(error);
  if (!isErrorShape(found)) return false;
  return found.syscall === 'connect' || found.syscall === 'getaddrinfo' || found.code === 'UND_ERR_CONNECT_TIMEOUT';
}
