import type { IncomingMessage, ServerResponse } from 'node:http';

/** Sees every request of a server, also those that no app gets to see. */
export interface RequestObserver {
  /** Called before anything answers a request; gives it an id, for which it may set a header. */
  received(request: IncomingMessage, response: ServerResponse): void;
  /** Called when what came could not be read as a request, and is answered with this status. Returns the id to answer with. */
  unreadable(status: number): string;
}

export const requestIdHeader = 'X-Request-Id';
