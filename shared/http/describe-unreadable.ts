import type { Problem } from './problem.js';
import { problems } from './problems.js';

/** The faults that have a status of their own, by Node's codes; all others are 400. */
const known: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'The headers of the request take too many bytes.'],
  HPE_INVALID_VERSION: [505, 'Speak HTTP/1.1 here, with CR and LF at the end of each line.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request came too slowly.'],
};

/** What to say of bytes that Node could not read as a request. Nothing of them is repeated. */
export function describeUnreadable({ code = '' }: NodeJS.ErrnoException): Problem {
  const [status, detail] = known[code] ?? [400, 'The request could not be read as HTTP.'];
  return problems.malformedRequest(status, detail);
}
