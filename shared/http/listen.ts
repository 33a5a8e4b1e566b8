import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Exchange } from './connection.js';
import { Connections } from './connections.js';
import { createNodeServer } from './create-node-server.js';
import { openFilesMax, withinOpenFiles } from './open-files.js';
import { problems } from './problems.js';
import { refuseRequest } from './refuse-request.js';
import type { RequestObserver } from './request-observer.js';
import { serverLimits, type ServerLimits } from './server-limits.js';
import { writeProblem } from './write-problem.js';

/** The port cannot be had; a person must free it or choose another. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** A server that takes requests. */
export interface Listening {
  readonly host: string;
  readonly port: number;
  /**
   * Takes no new connections, closes those on which no request is in progress, whole in its head at least, and waits for the
   * others; those that outlast `deadlineMs` are cut. May be called twice: both calls wait for the same end.
   */
  stop(deadlineMs: number): Promise<void>;
}

/** What answers requests: an Express app, or any function. It calls `next` for what it does not answer. */
export type App = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** Those of `serverLimits` that should be others. Of connections there are never more than `open-files.ts` allows. */
  readonly limits?: Partial<ServerLimits>;
  /** Answers what waits behind a request in progress after `stop`; the connection is closed with its answer. By default 503. */
  readonly whileStopping?: App;
  readonly observer?: RequestObserver;
}

/**
 * Opens the port. Requests that Node cannot read are answered as problems too; their connections are closed.
 *
 * @throws ListenError
 */
export async function listen(app: App, options: ListenOptions): Promise<Listening> {
  const { host, port, whileStopping = refuse, observer } = options;
  const limits = withinOpenFiles({ ...serverLimits, ...options.limits }, openFilesMax());
  let stopping: Promise<void> | undefined;
  const serve = ({ request, response, refusal }: Exchange) => {
    observer?.received(request, response);
    if (stopping) {
      response.shouldKeepAlive = false;
      answer({ request, response, refusal }, whileStopping);
      return;
    }
    answer({ request, response, refusal: refusal ?? refuseRequest(request, limits.headersMax) }, app);
  };
  const connections = new Connections({ limits, serve, observer });
  const server = createNodeServer(limits, connections);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new ListenError(`cannot listen on ${host}:${port}: ${error.code ?? error.message}`, { cause: error }));
    });
    server.listen({ host, port }, resolve);
  });

  const stop = (deadlineMs: number) =>
    new Promise<void>((resolve) => {
      const deadline = setTimeout(() => {
        connections.cut();
      }, deadlineMs);
      server.close(() => {
        clearTimeout(deadline);
        resolve();
      });
    });
  return {
    host,
    port: (server.address() as AddressInfo).port,
    stop: (deadlineMs) => (stopping ??= stop(deadlineMs)),
  };
}

function refuse(_request: IncomingMessage, response: ServerResponse): void {
  writeProblem(response, problems.notReady('The service is shutting down. Nothing was written: try again later.', 2));
}

function answer({ request, response, refusal }: Exchange, app: App): void {
  if (refusal) {
    writeProblem(response, refusal);
    return;
  }
  // Last resort: Express would write a page of HTML.
  app(request, response, (error) => {
    if (response.headersSent) response.destroy();
    else
      writeProblem(
        response,
        error === undefined ? problems.notFound('There is nothing at this address.') : problems.internal(error),
      );
  });
}
