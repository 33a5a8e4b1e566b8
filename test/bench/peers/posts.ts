import {
  classifyAnswer,
  HttpTransport,
  systemClock,
  withDefaults,
  type Entry,
  type Sequence,
} from '../../../shared/outbox/index.js';
import { purchaseEvent } from '../../../shared/purchase/index.js';
import { receivers, type ReceiverName } from '../../../shared/shop-client/index.js';
import type { Kept, Posts } from './types.js';

/** Where purchases go, and what signs them. */
export interface Destinations {
  readonly urls: Readonly<Record<ReceiverName, string>>;
  readonly secret: string;
}

/**
 * Posts as the checkout itself does: Standard Webhooks over undici, as many connections to each receiver as the checkout has by
 * default. So the peers differ in what they keep and fetch, not in how they send.
 */
export function openPosts({ urls, secret }: Destinations, together: number): Posts {
  const open = (name: ReceiverName) =>
    new HttpTransport(withDefaults({ name, url: urls[name], secrets: [secret] }), systemClock);
  const transports = { warehouse: open('warehouse'), finance: open('finance') };

  async function send(receiver: ReceiverName, entries: readonly Entry[]): Promise<void> {
    for (const answer of await transports[receiver].send(entries)) {
      if (classifyAnswer(answer) !== 'confirmed') throw new Error(`${receiver} did not confirm: ${answer.detail}`);
    }
  }

  return {
    async to(receiver, purchases) {
      const entries = purchases.map(asEntry);
      const requests: Entry[][] = [];
      for (let at = 0; at < entries.length; at += together) requests.push(entries.slice(at, at + together));
      await Promise.all(requests.map((request) => send(receiver, request)));
    },
    async close() {
      await Promise.all(receivers.map((name) => transports[name].close()));
    },
  };
}

function asEntry({ sequence, record: { purchase } }: Kept): Entry {
  return {
    sequence: sequence as Sequence,
    id: purchase.id,
    key: purchase.customerId,
    body: Buffer.from(JSON.stringify(purchaseEvent(sequence, purchase))),
  };
}
