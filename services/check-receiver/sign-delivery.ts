import { Webhook } from 'standardwebhooks';

import type { Delivery } from './types.js';

export interface SignOptions {
  readonly id: string;
  readonly secret: string;
  /** Now if absent. */
  readonly at?: Date;
}

/**
 * A request signed by Standard Webhooks, with its published library: what signs the deliveries of the checkout must not judge what
 * receivers make of them.
 */
export function signDelivery(body: string, { id, secret, at = new Date() }: SignOptions): Delivery {
  return {
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, at, body),
    },
    body,
  };
}
