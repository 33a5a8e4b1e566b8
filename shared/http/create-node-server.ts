import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import type { Connections } from './connections.js';
import type { Problem } from './problem.js';
import { problems } from './problems.js';
import type { ServerLimits } from './server-limits.js';

/** What the system says when it has no room for a connection that was opened, or when that is gone already: the next may do better. */
const notHandedOver: readonly (string | undefined)[] = ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'ECONNABORTED'];

/** Node's server, with everything that it would answer by itself, in plain text or not at all, handed to the connection it is for. */
export function createNodeServer(limits: ServerLimits, connections: Connections): Server {
  const server = createServer({
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: limits.timeoutsCheckedEveryMs,
    maxHeaderSize: limits.headersBytesMax,
    // Whatever NODE_OPTIONS says: where a proxy and a server do not read the same request, one can be hidden in another.
    insecureHTTPParser: false,
    // Node would answer with an empty 400; `refuseRequest` looks at it.
    requireHostHeader: false,
  });
  server.maxConnections = limits.connectionsMax + limits.refusalsMax;
  // Beyond a number, Node would leave headers out without a word: an idempotency key, say. `refuseRequest` counts them.
  server.maxHeadersCount = 0;
  server.timeout = limits.silenceMsMax;
  // A client that closes its side behind its request still waits for the answer; Node would close the other side too.
  Object.assign(server, { httpAllowHalfOpen: true });
  // `close` calls it. Node would wait for clients that have sent nothing or half of a head, and cut answers that are being read.
  server.closeIdleConnections = () => {
    connections.leave();
  };

  const arrive = (request: IncomingMessage, response: ServerResponse, refusal?: Problem) => {
    connections.of(request.socket)?.arrive({ request, response, refusal });
  };
  server.once('listening', () => {
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (!notHandedOver.includes(error.code)) throw error;
    });
  });
  server.on('connection', (socket) => {
    connections.open(socket);
  });
  server.on('request', (request, response) => {
    arrive(request, response);
  });
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    // Not before somebody begins to read the body: what is refused before that need not be sent at all.
    request.once('resume', () => {
      if (!response.headersSent) response.writeContinue();
    });
    arrive(request, response);
  });
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    arrive(request, response, problems.malformedRequest(417, 'No expectation but 100-continue can be met.'));
  });
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    // Node has taken its hands off the connection.
    const connection = connections.of(socket);
    socket.on('error', () => socket.destroy());
    socket.on('timeout', () => connection?.silent());
    connection?.arriveLast(request);
  });
  server.on('clientError', (error, socket) => {
    connections.of(socket)?.unreadable(error);
  });
  server.on('timeout', (socket: Socket) => {
    connections.of(socket)?.silent();
  });
  return server;
}
