import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';

import type { Problem } from './problem.js';
import { notesOf } from './request-notes.js';
import { requestIdHeader } from './request-observer.js';

const problemMediaType = 'application/problem+json; charset=utf-8';

/** What says that a body is a problem, and that no browser may take it for anything else. */
export const problemHeaders = { 'Content-Type': problemMediaType, 'X-Content-Type-Options': 'nosniff' };

/** What Node may throw away after an answer, so that the connection can go on. */
const unreadBytesMax = 64 * 1024;

/** Answers with a problem outside of Express. */
export function writeProblem(response: ServerResponse, problem: Problem): void {
  const body = JSON.stringify(problem);
  notesOf(response).problem = problem.code;
  if (leavesMuchUnread(response.req)) response.shouldKeepAlive = false;
  response.writeHead(problem.status, {
    ...problem.headers,
    ...problemHeaders,
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** The header `Link` that says where a problem is explained to people: on the page at `path`. */
export function explainedAt(path: string, { code }: Problem): string {
  return `<${path}#problem-${code}>; rel="describedby"; type="text/html"`;
}

/** The bytes of an answer that is a problem, for a connection on which nothing else will be said. */
export function rawProblem(problem: Problem, requestId?: string): string {
  const body = JSON.stringify(problem);
  const headers = {
    ...problem.headers,
    ...(requestId !== undefined && { [requestIdHeader]: requestId }),
    ...problemHeaders,
    'Content-Length': String(Buffer.byteLength(body)),
    Date: new Date().toUTCString(),
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}\r\n${lines.join('')}\r\n${body}`;
}

/**
 * Whether so much of a request has not come yet, or may come, that its connection should end with an answer that is given
 * now: a client that has its answer must not go on sending for nothing.
 */
export function leavesMuchUnread(request: IncomingMessage): boolean {
  if (request.complete) return false;
  const { headers } = request;
  if (headers['transfer-encoding'] !== undefined || headers.expect !== undefined) return true;
  return Number(headers['content-length'] ?? 0) > unreadBytesMax;
}
