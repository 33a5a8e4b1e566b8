import type { ServerResponse } from 'node:http';

import type { Problem } from './problem.js';
import { notesOf } from './request-notes.js';
import { leavesMuchUnread, problemMediaType } from './write-problem.js';

/** Answers a request with a problem that was prepared. */
export type SendPrepared = (response: ServerResponse, retryAfterSeconds: number) => void;

/**
 * Prepares a problem that may have to be sent very often, as a refusal under overload: it is serialised once, and sent past
 * Express, without an exception on the way. The same answer as `sendProblem` gives, but that `Retry-After` is set for each, and
 * that there is no `Link`.
 */
export function prepareProblem(problem: Problem): SendPrepared {
  const body = Buffer.from(JSON.stringify(problem));
  const headers = {
    ...problem.headers,
    'Content-Type': problemMediaType,
    'Content-Length': body.length,
  };
  return (response, retryAfterSeconds) => {
    notesOf(response).problem = problem.code;
    if (leavesMuchUnread(response.req)) response.shouldKeepAlive = false;
    response.writeHead(problem.status, { ...headers, 'Retry-After': retryAfterSeconds });
    response.end(body);
  };
}
