import type { Express } from 'express';
import { Webhook } from 'standardwebhooks';
import request from 'supertest';

import type { PurchaseEvent } from '../../shared/purchase/index.js';

export const secret = `whsec_${Buffer.from('a secret for nothing but tests').toString('base64')}`;

export interface DeliverOptions {
  /** The webhook-id; by default that of the event, or of no event for a batch. */
  readonly id?: string;
  readonly secret?: string;
  readonly at?: Date;
}

/** The Standard Webhooks headers for a body. */
export function signedHeaders(id: string, body: string, options: DeliverOptions = {}): Record<string, string> {
  const at = options.at ?? new Date();
  return {
    'Content-Type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(options.secret ?? secret).sign(id, at, body),
  };
}

/** Posts a body, signed, as it stands. */
export function deliverText(
  app: Express,
  body: string,
  id: string,
  options?: DeliverOptions,
  path = '/events',
): request.Test {
  return request(app)
    .post(path)
    .set(signedHeaders(id, body, options))
    .send(body);
}

/** Delivers one event, or a batch of whatever. */
export function deliver(
  app: Express,
  delivery: PurchaseEvent | readonly unknown[],
  options: DeliverOptions = {},
): request.Test {
  const id = options.id ?? ('data' in delivery ? delivery.data.id : 'a-batch');
  return deliverText(app, JSON.stringify(delivery), id, options);
}
