import { z } from 'zod';

import { parseBody, parseJson } from '../http/index.js';

import { deliveryLimits } from './limits.js';

/** A signed body: one event, or several of which each is judged by itself. Not yet checked against the event's schema. */
export type Delivery =
  | { readonly kind: 'single'; readonly event: unknown }
  | { readonly kind: 'batch'; readonly events: readonly unknown[] };

const batch = z
  .array(z.unknown())
  .min(1, 'must hold at least one event')
  .max(deliveryLimits.eventsMax, `must hold at most ${deliveryLimits.eventsMax} events`);

/** @throws Problem 400 for what is not JSON, 422 for a batch that is empty or too long */
export function parseDelivery(body: Buffer): Delivery {
  const value = parseJson(body);
  if (Array.isArray(value)) return { kind: 'batch', events: parseBody(batch, value) };
  return { kind: 'single', event: value };
}
