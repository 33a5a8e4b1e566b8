import { Counter, type Registry } from 'prom-client';

import type { ObserveResult } from './types.js';

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
