import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import type { PurchaseEvent } from '../../shared/purchase/index.js';

type Event = PurchaseEvent['data'];

/** A destination that notes in which order purchases come, refuses for good (422) what it is told to, and may hold its answers. */
export interface NotingDestination {
  readonly url: string;
  /** Sequences of a customer's purchases, as they came for the first time. */
  cameFirst(customerId: string): number[];
  /** The most requests for one customer that had no answer at the same time; those of a caller that died do not count. */
  readonly outstandingMost: number;
  /** From now on it answers nothing. */
  hold(): void;
  /** Answers what it held, and what comes. */
  release(): void;
  close(): Promise<void>;
}

export async function openNotingDestination(refuses: (event: Event) => boolean): Promise<NotingDestination> {
  const came: Event[] = [];
  const outstanding = new Map<ServerResponse, Event>();
  let outstandingMost = 0;
  let holding = false;
  const answer = (response: ServerResponse, event: Event) => {
    outstanding.delete(response);
    const no = refuses(event);
    response.writeHead(no ? 422 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(no ? { detail: 'not this one' } : { status: 'applied' }));
  };
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const event = (JSON.parse(body) as PurchaseEvent).data;
      came.push(event);
      outstanding.set(response, event);
      response.once('close', () => outstanding.delete(response));
      const together = [...outstanding.values()].filter(({ customerId }) => customerId === event.customerId);
      outstandingMost = Math.max(outstandingMost, together.length);
      if (!holding) answer(response, event);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    cameFirst: (customer) => [
      ...new Set(came.filter(({ customerId }) => customerId === customer).map(({ sequence }) => sequence)),
    ],
    get outstandingMost() {
      return outstandingMost;
    },
    hold: () => {
      holding = true;
    },
    release: () => {
      holding = false;
      for (const [response, event] of outstanding) answer(response, event);
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
