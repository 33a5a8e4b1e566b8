import { Counter, type Registry } from 'prom-client';

import type { ServiceMetrics } from '../telemetry/metrics.js';
import type { ObserveResult, ObserveSignature, SignedBy } from './kit/index.js';
import type { Holding } from './types.js';

const results: readonly Parameters<ObserveResult>[0][] = [
  'applied',
  'duplicate',
  'rejected',
  'retry',
  'unauthenticated',
];

/** Counts results in `receiver_events_total{result}`; each starts at 0, so that its first rise shows. */
export function receiverMetrics(registry: Registry): ObserveResult {
  const counter = new Counter({
    name: 'receiver_events_total',
    help: 'Events received, by result; unauthenticated counts requests.',
    labelNames: ['result'],
    registers: [registry],
  });
  for (const result of results) counter.inc({ result }, 0);
  return (result) => {
    counter.inc({ result });
  };
}

/**
 * Counts in `receiver_signatures_total{secret}` with which secret deliveries were signed. While `previous` rises, somebody still
 * signs with nothing but the secret that is on its way out.
 */
export function signatureMetrics(registry: Registry): ObserveSignature {
  const counter = new Counter({
    name: 'receiver_signatures_total',
    help: 'Signed deliveries, by the secret that fitted: the current one, or else the previous one.',
    labelNames: ['secret'],
    registers: [registry],
  });
  for (const secret of ['current', 'previous'] satisfies SignedBy[]) counter.inc({ secret }, 0);
  return (secret) => {
    counter.inc({ secret });
  };
}

/** Shows what is held: a hole that stays is worth an alert. */
export function holdingMetrics(metrics: ServiceMetrics, receiver: { holding(): Holding }): void {
  const up = { name: 'receiver_inbox_up', help: '1 if it was read for this page what is held, else 0.' };
  const source = metrics.source(up, () => Promise.resolve().then(() => receiver.holding()));
  const gauge = (name: string, help: string, figure: (holding: Holding) => number) => {
    source.gauge({ name: `receiver_${name}`, help }, figure);
  };
  gauge('held_purchases', 'Purchases held.', ({ purchases }) => purchases);
  gauge('highest_sequence', 'Highest sequence held.', ({ highest }) => highest);
  gauge('missing_sequences', 'Sequences below the highest that are not held.', ({ missing }) => missing);
}
