import type { DeliveryFigures } from '../../services/checkout/delivery/delivery-figures.js';
import type { LaneStatus } from '../../shared/outbox/index.js';
import { Histogram, latencyBounds, remoteLatencyBounds } from '../../shared/telemetry/index.js';

/** What a delivery thread with these lanes would say: one request of 20 ms to each, one transaction of 3 ms. */
export function sampleDeliveryFigures(lanes: Readonly<Record<string, LaneStatus>>): DeliveryFigures {
  const request = new Histogram(remoteLatencyBounds);
  request.observe(0.02);
  const transaction = new Histogram(latencyBounds);
  transaction.observe(0.003);
  return {
    lanes,
    requests: Object.fromEntries(Object.keys(lanes).map((destination) => [destination, request.counts] as const)),
    transactions: transaction.counts,
    thread: {
      loopDelaySeconds: { p50: 0.001, p99: 0.01, max: 0.1 },
      loopActiveSeconds: 12,
      loopIdleSeconds: 34,
      heapUsedBytes: 5_000_000,
      heapLimitBytes: 500_000_000,
    },
  };
}
