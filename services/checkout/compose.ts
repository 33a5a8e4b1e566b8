import type { Express } from 'express';
import { v7 as uuidv7 } from 'uuid';

import { armCrashPoint, checkoutPoints } from '../../shared/crash-points/index.js';
import type { Readiness, RequestObserver } from '../../shared/http/index.js';
import type { Journal } from '../../shared/journal/index.js';
import type { Logger } from '../../shared/telemetry/index.js';
import { createMetrics, observeRequests } from '../../shared/telemetry/metrics.js';
import { createAcceptPurchase } from './accept-purchase.js';
import { createCheckoutApp } from './app.js';
import { checkoutMetrics } from './checkout-metrics.js';
import type { CheckoutConfig } from './config.js';
import { crashingAcceptPurchase } from './crash-points/crashing-accept-purchase.js';
import { deliveryMetrics } from './delivery-metrics.js';
import type { DeliveryThread } from './delivery/delivery-thread.js';
import { LogHistograms } from './log-histograms.js';
import { openJournal } from './open-journal.js';

export interface Checkout {
  readonly app: Express;
  /** Sees its requests, for log and metrics. */
  readonly observer: RequestObserver;
  readonly journal: Journal;
  /** Rejects when the log or the delivery thread has failed. Never resolves. */
  readonly failed: Promise<never>;
  /** From now on the service is not ready. */
  announceStop(): void;
  /** Settles what is in flight within the deadline, closes journal and log. Nobody may be appending any more. */
  close(deadlineMs: number): Promise<void>;
}

/** Opens the journal, which recovers the log, sets the delivery thread to work, and builds the app on top. */
export async function composeCheckout(config: CheckoutConfig, first: DeliveryThread, log: Logger): Promise<Checkout> {
  const crashPoint = armCrashPoint(config, checkoutPoints, log);
  const histograms = new LogHistograms();
  const { journal, thread } = await openJournal(config, { thread: first, crashPoint, log, observer: histograms });
  const delivery = thread.control;

  let stopping = false;
  const readiness = (): Readiness => {
    if (stopping) return { ready: false, reason: 'The service is shutting down.' };
    const health = journal.health();
    return health.ok ? { ready: true } : { ready: false, reason: health.reason };
  };
  const metrics = createMetrics();
  const destinations = config.destinations.map(({ name }) => name);
  const { countResult } = checkoutMetrics(metrics, journal, { served: destinations });
  histograms.show(metrics);
  deliveryMetrics(metrics, delivery);
  const accept = createAcceptPurchase({ journal, destinations: journal.owedTo, now: Date.now, newId: () => uuidv7() });
  const acceptPurchase = crashPoint ? crashingAcceptPurchase(accept, crashPoint) : accept;
  const { adminToken } = config;
  const app = createCheckoutApp({
    ...{ acceptPurchase, journal, delivery, destinations, adminToken },
    ...{ readiness, metrics, countResult, gates: [], now: Date.now, log },
  });
  return {
    app,
    observer: observeRequests({ log, metrics }),
    journal,
    failed: Promise.race([journal.failed, thread.failed]),
    announceStop() {
      stopping = true;
    },
    async close(deadlineMs) {
      await delivery.stop(deadlineMs);
      await journal.close();
      await thread.ended;
    },
  };
}
