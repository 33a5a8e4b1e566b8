import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

const headersTimeoutMs = 10_000;
const requestTimeoutMs = 30_000;
const keepAliveTimeoutMs = 5_000;
const headersBytesMax = 16 * 1024;

/** The port cannot be had; a person must free it or choose another. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
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

/** Opens the port. @throws ListenError */
export async function listen(handler: RequestListener, options: { host: string; port: number }): Promise<Listening> {
  const { host, port } = options;
  const server = createServer(
    {
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
      maxHeaderSize: headersBytesMax,
    },
    handler,
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new ListenError(`cannot listen on ${host}:${port}: ${error.code ?? error.message}`, { cause: error }));
    });
    server.listen({ host, port }, resolve);
  });

  let stopping: Promise<void> | undefined;
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
