import type { ServerResponse } from 'node:http';

import type { Problem } from './problem.js';
import { notesOf, type RequestNotes } from './request-notes.js';
import { explainedAt, leavesMuchUnread, problemHeaders } from './write-problem.js';

/** Answers a request with a problem that was prepared. */
export type SendPrepared = (response: ServerResponse, retryAfterSeconds: number) => void;

export interface PreparedFor {
  /** Path of the page on which problems are explained to people. */
  readonly page: string;
  /** Pattern of the route in whose place it answers. */
  readonly route: string;
}

/**
 * Prepares a problem that may have to be sent very often, as a refusal under overload: it is serialised once, and sent past
 * Express, without an exception on the way. The same answer as `sendProblem` gives, but for `Retry-After`, and counted for
 * the same route.
 */
export function prepareProblem(problem: Problem, { page, route }: PreparedFor): SendPrepared {
  const body = Buffer.from(JSON.stringify(problem));
  const headers = {
    ...problem.headers,
    Link: explainedAt(page, problem),
    ...problemHeaders,
    'Content-Length': body.length,
  };
  return (response, retryAfterSeconds) => {
    Object.assign(notesOf(response), { problem: problem.code, route } satisfies RequestNotes);
    if (leavesMuchUnread(response.req)) response.shouldKeepAlive = false;
    response.writeHead(problem.status, { ...headers, 'Retry-After': retryAfterSeconds });
    response.end(body);
  };
}
