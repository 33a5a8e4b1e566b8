import { createServer, STATUS_CODES, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import type { Problem } from './problem.js';
import { problems } from './problems.js';
import { notesOf } from './request-notes.js';
import { requestIdHeader, type RequestObserver } from './request-observer.js';

const headersTimeoutMs = 10_000;
const requestTimeoutMs = 30_000;
const keepAliveTimeoutMs = 5_000;
const timeoutsCheckedEveryMs = 1_000;
const headersBytesMax = 16 * 1024;

/** The port cannot be had; a person must free it or choose another. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** Answers what still comes on open connections after `stop`; each is closed with its answer. By default 503. */
  readonly whileStopping?: RequestListener;
  readonly observer?: RequestObserver;
}

/** A server that takes requests. */
export interface Listening {
  readonly host: string;
  readonly port: number;
  /**
   * Takes no new connections, closes idle ones, and waits for requests in progress; those that outlast `deadlineMs` are cut.
   * May be called twice: both calls wait for the same end.
   */
  stop(deadlineMs: number): Promise<void>;
}

/**
 * Opens the port. Requests that Node cannot read are answered as problems too; their connections are closed.
 *
 * @throws ListenError
 */
export async function listen(handler: RequestListener, options: ListenOptions): Promise<Listening> {
  const { host, port, whileStopping = refuse, observer } = options;
  let stopping: Promise<void> | undefined;
  const server = createServer(
    {
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
      // How often the time-outs are looked at; Node's own 30 seconds would make them two to four times as long.
      connectionsCheckingInterval: timeoutsCheckedEveryMs,
      maxHeaderSize: headersBytesMax,
    },
    (request, response) => {
      observer?.received(request, response);
      if (stopping) {
        response.shouldKeepAlive = false;
        whileStopping(request, response);
        return;
      }
      // A client that goes on on the same connection would keep a stopping server busy until its deadline.
      response.once('finish', () => {
        if (stopping) request.socket.destroySoon();
      });
      handler(request, response);
    },
  );
  server.on('clientError', (error, socket) => {
    answerUnreadable(error, socket, observer);
  });
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    observer?.received(request, response);
    write(response, problems.malformedRequest(417, 'No expectation but 100-continue can be met.'));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new ListenError(`cannot listen on ${host}:${port}: ${error.code ?? error.message}`, { cause: error }));
    });
    server.listen({ host, port }, resolve);
  });

  const stop = (deadlineMs: number) =>
    new Promise<void>((resolve) => {
      const deadline = setTimeout(() => {
        server.closeAllConnections();
      }, deadlineMs);
      server.close(() => {
        clearTimeout(deadline);
        resolve();
      });
      server.closeIdleConnections();
    });
  return {
    host,
    port: (server.address() as AddressInfo).port,
    stop: (deadlineMs) => (stopping ??= stop(deadlineMs)),
  };
}

function refuse(_request: IncomingMessage, response: ServerResponse): void {
  write(response, problems.notReady('The service is shutting down. Nothing was written: try again later.', 2));
}

function write(response: ServerResponse, problem: Problem): void {
  notesOf(response).problem = problem.code;
  response.writeHead(problem.status, { ...problem.headers, 'Content-Type': 'application/problem+json' });
  response.end(JSON.stringify(problem));
}

/** The parser's errors that have a status of their own; all others are 400. */
const unreadableStatus: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex, observer?: RequestObserver): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = unreadableStatus[error.code ?? ''] ?? 400;
  const requestId = observer?.unreadable(status);
  const body = JSON.stringify(
    problems.malformedRequest(status, 'The request could not be read as HTTP, or came too slowly.'),
  );
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nContent-Type: application/problem+json\r\n` +
      (requestId === undefined ? '' : `${requestIdHeader}: ${requestId}\r\n`) +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
