import { Counter, type Registry } from 'prom-client';

import type { RefusedCode } from '../../shared/journal/index.js';
import { refusedReason, refusedReasons } from './checkout-problems.js';

/** Counts purchases that were answered 503, by the `reason` of the problem. */
export function refusalMetrics(registry: Registry): (code: RefusedCode) => void {
  const refusals = new Counter({
    name: 'checkout_refusals_total',
    help: 'POST /checkout answered 503 with nothing written, by reason: overloaded, backlog, disk-full, disk-reserve, …',
    labelNames: ['reason'],
    registers: [registry],
  });
  // Each starts at 0, so that its first rise shows.
  for (const reason of refusedReasons) refusals.inc({ reason }, 0);
  return (code) => {
    refusals.inc({ reason: refusedReason(code) });
  };
}
