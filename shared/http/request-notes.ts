import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * What is known of a request, for its line in the log: `response.locals`, where whoever knows something puts it. Never customer
 * data, and nothing that a caller wrote but the request id.
 */
export interface RequestNotes {
  requestId?: string;
  /** The trace that it is part of. */
  traceId?: string;
  /** Name of the API key it was sent with. */
  caller?: string;
  /** Code of the problem it was answered with. */
  problem?: string;
  /** Id of the purchase that it is about. */
  id?: string;
  sequence?: number;
  /** Pattern of the route for which it was answered before any route saw it. */
  route?: string;
  /** Whether its connection was cut before the whole answer was out. */
  cut?: boolean;
}

/** The notes on a request, there to be added to. */
export function notesOf(response: ServerResponse): RequestNotes {
  const noted = response as ServerResponse & { locals?: RequestNotes };
  noted.locals ??= {};
  return noted.locals;
}

const unmatched = 'unmatched';

/** The pattern of the route that took a request, `/purchases/:id`: what the caller wrote is not in it, and there are few. */
export function routePattern(request: IncomingMessage): string {
  const { baseUrl = '', route } = request as { baseUrl?: string; route?: { path: unknown } };
  return route === undefined ? unmatched : baseUrl + String(route.path);
}
