import { randomUUID } from 'node:crypto';

const safe = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** The id that came with a request, if it can stand in a log and in a header as it is, else a new one. */
export function requestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && safe.test(given) ? given : randomUUID();
}
