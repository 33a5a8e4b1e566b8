import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import type { PurchaseEvent } from '../../shared/purchase/index.js';

/** One request, as the destination saw it. */
export interface RecordedRequest {
  /** By the destination's clock, in milliseconds since the epoch. */
  readonly arrivedAt: number;
  readonly headers: IncomingHttpHeaders;
  readonly events: readonly PurchaseEvent['data'][];
  /** Whether it was an array of events, were it of one. */
  readonly batch: boolean;
  /** Requests that had no answer yet when it arrived, itself among them. */
  readonly underWay: number;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What a destination answers: to be called when the request has been read. */
export type Respond = (request: RecordedRequest) => Reply | Promise<Reply>;

/** A destination that answers as the test says, and remembers what it was sent. */
export interface RecordingDestination {
  /** Where it takes events. */
  readonly url: string;
  /** In order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** From now on it answers so. */
  respond(respond: Respond): void;
  close(): Promise<void>;
}

/** Yes to everything: to one event, or to each of a batch. */
export const yes: Respond = ({ events, batch }) => ({
  status: 200,
  body: batch ? { results: events.map(({ id }) => ({ id, status: 'applied' })) } : { status: 'applied' },
});

export async function openRecordingDestination(first: Respond = yes): Promise<RecordingDestination> {
  const requests: RecordedRequest[] = [];
  let respond = first;
  let underWay = 0;
  const server = createServer((request, response) => {
    const arrivedAt = Date.now();
    underWay += 1;
    const seen = underWay;
    response.once('close', () => {
      underWay -= 1;
    });
    const answer = async () => {
      const parsed = JSON.parse(await text(request)) as PurchaseEvent | PurchaseEvent[];
      const events = [parsed].flat().map(({ data }) => data);
      const recorded = { arrivedAt, headers: request.headers, events, batch: Array.isArray(parsed), underWay: seen };
      requests.push(recorded);
      const { status, headers, body = {} } = await respond(recorded);
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body));
    };
    // A request that was cut, because its sender was killed, gets no answer.
    answer().catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    requests,
    respond: (next) => {
      respond = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
