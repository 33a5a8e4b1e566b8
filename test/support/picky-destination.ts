import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import type { PurchaseEvent } from '../../shared/purchase/index.js';

/** A destination that says no for good (422) to the customers it does not like, and yes to all others. */
export interface PickyDestination {
  readonly url: string;
  /** Ids of the purchases it said yes to, in order of arrival, repeats included. */
  readonly taken: readonly string[];
  /** Ids of the purchases it said no to, repeats included. */
  readonly refused: readonly string[];
  /** From now on it says yes to everyone. */
  relent(): void;
  close(): Promise<void>;
}

export async function openPickyDestination(dislikedCustomer: string): Promise<PickyDestination> {
  const taken: string[] = [];
  const refused: string[] = [];
  let disliked: string | undefined = dislikedCustomer;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { data } = JSON.parse(body) as PurchaseEvent;
      const no = data.customerId === disliked;
      (no ? refused : taken).push(data.id);
      response.writeHead(no ? 422 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(no ? { detail: 'this customer is not welcome' } : { status: 'applied' }));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    taken,
    refused,
    relent: () => {
      disliked = undefined;
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
