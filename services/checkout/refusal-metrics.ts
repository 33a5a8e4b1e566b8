import { Counter, type Registry } from 'prom-client';

import type { RefusedCode } from '../../shared/journal/index.js';
import { refusedReason } from './checkout-problems.js';

/** Counts purchases that were answered 503, by the `reason` of the problem. */
export function refusalMetrics(registry: Registry): (code: RefusedCode) => void {
  const refusals = new Counter({
    name: 'checkout_refusals_total',
    help: 'POST /checkout answered 503 with nothing written, by reason: overloaded, backlog, disk-full, disk-reserve, …',
    labelNames: ['reason'],
    registers: [registry],
  });
  return (code) => {
    refusals.inc({ reason: refusedReason(code) });
  };
}
