import { Counter, Gauge, type Registry } from 'prom-client';

import type { Holding, ObserveResult } from './types.js';

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

/** Shows what is held as gauges that are read when they are asked for: a hole that stays is worth an alert. */
export function holdingMetrics(registry: Registry, receiver: { holding(): Holding }): void {
  const gauge = (name: string, help: string, figure: (holding: Holding) => number) =>
    new Gauge({
      name: `receiver_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(figure(receiver.holding()));
      },
    });
  gauge('held_purchases', 'Purchases held.', ({ purchases }) => purchases);
  gauge('highest_sequence', 'Highest sequence held.', ({ highest }) => highest);
  gauge('missing_sequences', 'Sequences below the highest that are not held.', ({ missing }) => missing);
}
