import type { Answer, Entry, LaneStatus, Transport } from '../../../shared/outbox/index.js';
import {
  Histogram,
  latencyBounds,
  remoteLatencyBounds,
  ThreadWatch,
  type HistogramCounts,
  type ThreadFigures,
} from '../../../shared/telemetry/index.js';

/** All that the delivery thread counts, as it is copied to the thread that shows it. */
export interface DeliveryFigures {
  readonly lanes: Readonly<Record<string, LaneStatus>>;
  /** Seconds from sending a request to its whole answer, or to the end of the waiting for one; by destination. */
  readonly requests: Readonly<Record<string, HistogramCounts>>;
  readonly transactions: HistogramCounts;
  readonly thread: ThreadFigures;
}

/** What the delivery thread counts beside its lanes. */
export class DeliveryMeasurements {
  readonly #requests = new Map<string, Histogram>();
  readonly #transactions = new Histogram(latencyBounds);
  readonly #thread = new ThreadWatch();

  figures(lanes: Readonly<Record<string, LaneStatus>>): DeliveryFigures {
    const requests = [...this.#requests].map(([destination, { counts }]) => [destination, counts] as const);
    return {
      lanes,
      requests: Object.fromEntries(requests),
      transactions: this.#transactions.counts,
      thread: this.#thread.figures(),
    };
  }

  committed({ ms }: { readonly ms: number }): void {
    this.#transactions.observe(ms / 1000);
  }

  /** A transport that does the same and is measured. Questions are not: they are few, and tell nothing of deliveries. */
  measured(destination: string, transport: Transport): Transport {
    const seconds = new Histogram(remoteLatencyBounds);
    this.#requests.set(destination, seconds);
    return {
      async send(entries: readonly Entry[]): Promise<Answer[]> {
        const startedAt = performance.now();
        try {
          return await transport.send(entries);
        } finally {
          seconds.observe((performance.now() - startedAt) / 1000);
        }
      },
      holds: (entry) => transport.holds(entry),
      close: () => transport.close(),
    };
  }
}
