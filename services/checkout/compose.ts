import { v7 as uuidv7 } from 'uuid';

import { armCrashPoint, checkoutPoints } from '../../shared/crash-points/index.js';
import type { App, Readiness } from '../../shared/http/index.js';
import type { Journal } from '../../shared/journal/index.js';
import type { Logger } from '../../shared/telemetry/index.js';
import { createMetrics, type ServiceMetrics } from '../../shared/telemetry/metrics.js';
import { systemClock } from '../../shared/outbox/index.js';
import { accessGates } from './access/access-gates.js';
import { apiKeyMetrics } from './access/api-key-metrics.js';
import { createAcceptPurchase } from './accept-purchase.js';
import { admissionGate } from './admission/admission-gate.js';
import { Admission } from './admission/admission.js';
import { DrainWatch } from './admission/drain-watch.js';
import { createCheckoutApp } from './app.js';
import { checkoutMetrics } from './checkout-metrics.js';
import type { CheckoutConfig } from './config.js';
import { crashingAcceptPurchase } from './crash-points/crashing-accept-purchase.js';
import { deliveryMetrics } from './delivery-metrics.js';
import type { DeliveryThread } from './delivery/delivery-thread.js';
import { describeReadiness } from './describe-readiness.js';
import { LogHistograms } from './log-histograms.js';
import { openJournal } from './open-journal.js';
import { refusalMetrics } from './refusal-metrics.js';

export interface Checkout {
  readonly app: App;
  readonly metrics: ServiceMetrics;
  readonly journal: Journal;
  /** Rejects when the log or the delivery thread has failed. Never resolves. */
  readonly failed: Promise<never>;
  /** Whether it can do its work. */
  readonly readiness: () => Readiness;
  /** Settles what is in flight within the deadline, closes journal and log. Nobody may be appending any more. */
  close(deadlineMs: number): Promise<void>;
}

/**
 * Opens the journal, which recovers the log, sets the delivery thread to work, and builds the app on top. `onWaiting` is called
 * when that waits for space on the disk.
 */
export async function composeCheckout(
  config: CheckoutConfig,
  first: DeliveryThread,
  log: Logger,
  onWaiting: () => void,
): Promise<Checkout> {
  const crashPoint = armCrashPoint(config, checkoutPoints, log);
  const histograms = new LogHistograms();
  const opening = { thread: first, crashPoint, onWaiting, log, observer: histograms };
  const { journal, thread } = await openJournal(config, opening);
  const delivery = thread.control;

  const metrics = createMetrics();
  const destinations = config.destinations.map(({ name }) => name);
  const drain = new DrainWatch({ journal, clock: systemClock, now: () => performance.now(), random: Math.random });
  drain.start();
  const { pendingMax, adminToken, requireIdempotencyKey, trustedProxies } = config;
  const admission = new Admission({ journal, drain, pendingMax, countRefusal: refusalMetrics(metrics) });
  const readiness = () => describeReadiness(journal.health(), (reason) => admission.expectedSeconds(reason));
  const { countResult } = checkoutMetrics(metrics, journal, { served: destinations });
  histograms.show(metrics);
  deliveryMetrics(metrics, delivery);
  const accept = createAcceptPurchase({
    ...{ journal, destinations: journal.owedTo, now: Date.now, newId: () => uuidv7() },
    keepKeysMs: config.idempotencyHours * 3_600_000,
  });
  const acceptPurchase = crashPoint ? crashingAcceptPurchase(accept, crashPoint) : accept;
  const gates = accessGates(config, { observe: apiKeyMetrics(metrics), log });
  const app = createCheckoutApp({
    ...{ acceptPurchase, journal, delivery, destinations, adminToken },
    ...{ admission, gates, requireIdempotencyKey, trustedProxies },
    ...{ readiness, metrics, countResult, now: Date.now, log },
  });
  return {
    app: admissionGate(admission, app),
    metrics,
    journal,
    failed: Promise.race([journal.failed, thread.failed]),
    readiness,
    async close(deadlineMs) {
      drain.stop();
      await delivery.stop(deadlineMs);
      await journal.close();
      await thread.ended;
    },
  };
}
