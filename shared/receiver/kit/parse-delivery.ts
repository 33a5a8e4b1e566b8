import { parseJson, problems } from '../../http/index.js';

/** A signed body: one event, or several of which each is judged by itself. Not looked at any further. */
export type Delivery =
  | { readonly kind: 'single'; readonly event: unknown }
  | { readonly kind: 'batch'; readonly events: readonly unknown[] };

/** @throws Problem 400 for what is not JSON, 422 for a batch that is empty or too long */
export function parseDelivery(body: Buffer, eventsMax: number): Delivery {
  const value = parseJson(body);
  if (!Array.isArray(value)) return { kind: 'single', event: value };
  if (value.length === 0) throw invalidBatch('must hold at least one event');
  if (value.length > eventsMax) throw invalidBatch(`must hold at most ${eventsMax} events`);
  return { kind: 'batch', events: value };
}

function invalidBatch(detail: string) {
  return problems.invalidBody([{ detail, pointer: '#' }]);
}
