import type { IncomingHttpHeaders } from 'node:http';

import type { RequestHandler, Response } from 'express';

import { formatTraceparent, parseTraceparent } from './traceparent.js';
import { readTracestate } from './tracestate.js';

/** The W3C trace that a request is part of, fit to be kept and sent on. */
export interface RequestTrace {
  readonly traceId: string;
  /** In version 00. */
  readonly traceparent: string;
  /** At most 512 characters. */
  readonly tracestate?: string;
}

/** Reads `traceparent` and `tracestate`. Undefined unless the first is there and valid: without it, the second says nothing. */
export function readTrace(headers: IncomingHttpHeaders): RequestTrace | undefined {
  const { traceparent, tracestate } = headers;
  // Node joins headers of the same name: two traceparents are no valid one, several tracestates are one (RFC 9110, 5.3).
  const parent = typeof traceparent === 'string' ? parseTraceparent(traceparent) : undefined;
  if (parent === undefined) return undefined;
  const state = typeof tracestate === 'string' ? readTracestate(tracestate) : undefined;
  const { traceId } = parent;
  return { traceId, traceparent: formatTraceparent(parent), ...(state !== undefined && { tracestate: state }) };
}

/** Takes in the trace of each request: `traceOf` has it then, and `response.locals.traceId` for lines in the log. */
export const takeTrace: RequestHandler = (request, response, next) => {
  if (request.headers.traceparent !== undefined) {
    const trace = readTrace(request.headers);
    if (trace !== undefined) Object.assign(response.locals, { trace, traceId: trace.traceId });
  }
  next();
};

/** The trace that `takeTrace` took in. */
export function traceOf({ locals }: Response): RequestTrace | undefined {
  return (locals as { trace?: RequestTrace }).trace;
}
