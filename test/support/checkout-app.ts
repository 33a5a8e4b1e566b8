import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Express, RequestHandler } from 'express';
import { v7 as uuidv7 } from 'uuid';

import { createAcceptPurchase } from '../../services/checkout/accept-purchase.js';
import { createCheckoutApp } from '../../services/checkout/app.js';
import { admissionGate } from '../../services/checkout/admission/admission-gate.js';
import { Admission } from '../../services/checkout/admission/admission.js';
import { DrainWatch } from '../../services/checkout/admission/drain-watch.js';
import { refusalMetrics } from '../../services/checkout/refusal-metrics.js';
import { checkoutMetrics } from '../../services/checkout/checkout-metrics.js';
import { checkoutDescription } from '../../services/checkout/describe-checkout.js';
import { deliveryMetrics } from '../../services/checkout/delivery-metrics.js';
import { DeliveryTally } from '../../shared/outbox/delivery-tally.js';
import { systemClock, type LaneStatus } from '../../shared/outbox/index.js';
import type { DeliveryControl } from '../../services/checkout/delivery/delivery-control.js';
import type { Readiness } from '../../shared/http/index.js';
import {
  LocalDeliveryJournal,
  openLocalJournal,
  type Journal,
  type LocalJournalOptions,
} from '../../shared/journal/index.js';
import { createMetrics } from '../../shared/telemetry/metrics.js';
import { documentedApp } from './documented-app.js';
import { sampleDeliveryFigures } from './sample-delivery-figures.js';

export const adminToken = 'a-token-for-tests';
export const destinations = ['warehouse', 'finance'] as const;

/**
 * The checkout's app on a real journal, both halves in this thread, without a dispatcher: tests settle by hand. When it is closed,
 * every answer that it gave must have been as its OpenAPI document says.
 */
export interface TestCheckout {
  readonly app: Express;
  /** What is behind the gate of `app`. */
  readonly express: Express;
  readonly journal: Journal;
  readonly deliveryJournal: LocalDeliveryJournal;
  /** What the service says of itself; a test may change it. */
  readiness: Readiness;
  /** Kills nothing, loses nothing: closes and opens again on the same data. */
  reopen(changes?: Pick<TestCheckoutOptions, 'destinations' | 'removed'>): Promise<TestCheckout>;
  close(): Promise<void>;
}

export interface TestCheckoutOptions {
  readonly directory?: string;
  /** Stands in for the journal's append. */
  readonly append?: Journal['append'];
  readonly delivery?: Partial<DeliveryControl>;
  readonly destinations?: readonly string[];
  readonly removed?: readonly string[];
  readonly now?: () => number;
  readonly requireIdempotencyKey?: boolean;
  /** What a `POST /checkout` must pass; nothing if absent. */
  readonly gates?: readonly RequestHandler[];
  /** Purchases under way at a time. */
  readonly pendingMax?: number;
  /** Settings of the journal. */
  readonly settings?: Partial<LocalJournalOptions>;
}

const quietLane: LaneStatus = {
  ...{ inFlight: 0, held: 0, circuit: 'closed', paused: false, lastError: null },
  ...{ circuitReason: null, circuitSince: null, nextProbeAt: null },
  ...{ ratePerSecond: null, catchingUp: false, counts: new DeliveryTally().counts },
};

const quietDelivery: DeliveryControl = {
  status: () => Promise.resolve({ warehouse: quietLane, finance: quietLane }),
  figures: () => Promise.resolve(sampleDeliveryFigures({ warehouse: quietLane, finance: quietLane })),
  pause: () => Promise.resolve({ status: 'done' }),
  resume: () => Promise.resolve({ status: 'done' }),
  retry: () => Promise.resolve({ status: 'done' }),
  retryParked: () => Promise.resolve({ status: 'done', retried: 0, more: false }),
  redeliver: (_destination, redelivered) => Promise.resolve({ status: 'done', redelivered, refused: [] }),
  discard: () => Promise.resolve({ status: 'done' }),
  stop: () => Promise.resolve(),
};

export async function openTestCheckout(options: TestCheckoutOptions = {}): Promise<TestCheckout> {
  const { destinations: served = destinations, removed = [] } = options;
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'checkout-app-')));
  let opening: Promise<LocalDeliveryJournal> | undefined;
  const journal = await openLocalJournal({
    ...options.settings,
    directory,
    startDelivery: (port) => {
      opening = LocalDeliveryJournal.open({
        ...{ port, directory },
        destinations: { served: served.map((name) => ({ name })), removed },
      });
    },
  });
  const deliveryJournal = await opening!;
  const metrics = createMetrics();
  const delivery = { ...quietDelivery, ...options.delivery };
  deliveryMetrics(metrics, delivery);
  const closeBoth = async () => {
    await deliveryJournal.close();
    await journal.close();
    documented.verify();
  };
  const admission = new Admission({
    journal,
    drain: new DrainWatch({ journal, clock: systemClock, now: () => performance.now(), random: () => 0 }),
    pendingMax: options.pendingMax ?? 1024,
    countRefusal: refusalMetrics(metrics),
  });
  const express = createCheckoutApp({
    acceptPurchase: createAcceptPurchase({
      journal: options.append ? { append: options.append } : journal,
      destinations: journal.owedTo,
      now: options.now ?? Date.now,
      keepKeysMs: 3_600_000,
      newId: () => uuidv7(),
    }),
    ...{ journal, admission, delivery, adminToken, metrics },
    destinations: served,
    readiness: () => checkout.readiness,
    gates: options.gates ?? [],
    requireIdempotencyKey: options.requireIdempotencyKey ?? false,
    trustedProxies: 0,
    countResult: checkoutMetrics(metrics, journal).countResult,
    now: Date.now,
    log: { error: () => undefined, warn: () => undefined },
  });
  const checkout: TestCheckout = {
    journal,
    deliveryJournal,
    readiness: { ready: true },
    app: express,
    express,
    async reopen(changes) {
      await closeBoth();
      return openTestCheckout({ ...options, ...changes, directory });
    },
    async close() {
      await closeBoth().finally(() => rm(directory, { recursive: true }));
    },
  };
  const gated = Object.assign(admissionGate(admission, express), { router: express.router });
  const documented = documentedApp(gated, checkoutDescription);
  return Object.assign(checkout, { app: documented.app });
}
