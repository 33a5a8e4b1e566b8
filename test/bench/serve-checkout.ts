import { v7 as uuidv7 } from 'uuid';

import { createAcceptPurchase } from '../../services/checkout/accept-purchase.js';
import { createCheckoutApp } from '../../services/checkout/app.js';
import { admissionGate } from '../../services/checkout/admission/admission-gate.js';
import { Admission } from '../../services/checkout/admission/admission.js';
import { DrainWatch } from '../../services/checkout/admission/drain-watch.js';
import { checkoutMetrics } from '../../services/checkout/checkout-metrics.js';
import type { DeliveryControl } from '../../services/checkout/delivery/delivery-control.js';
import { listen, type Listening } from '../../shared/http/index.js';
import type { Journal } from '../../shared/journal/index.js';
import { systemClock, type Sequence } from '../../shared/outbox/index.js';
import type { PurchaseRecord } from '../../shared/purchase/index.js';
import { createLogger } from '../../shared/telemetry/index.js';
import { createMetrics } from '../../shared/telemetry/metrics.js';

/** Keeps a purchase its own way. Resolves once it is kept, with its place among all of them: 1, 2, 3 … */
export type KeepPurchase = (record: PurchaseRecord) => Promise<number>;

/** The checkout's own app, which keeps purchases some other way than in the log. Only `POST /checkout` and `/readyz` work. */
export async function serveCheckout(keep: KeepPurchase, port: number): Promise<Listening> {
  const journal = journalThat(keep);
  const metrics = createMetrics();
  const admission = new Admission({
    journal,
    drain: new DrainWatch({ journal, clock: systemClock, now: () => performance.now(), random: Math.random }),
    pendingMax: 1024,
    countRefusal: () => undefined,
  });
  const app = createCheckoutApp({
    acceptPurchase: createAcceptPurchase({
      journal,
      destinations: ['warehouse', 'finance'],
      now: Date.now,
      keepKeysMs: 3_600_000,
      newId: () => uuidv7(),
    }),
    ...{ journal, admission, metrics },
    delivery: {} as DeliveryControl,
    destinations: ['warehouse', 'finance'],
    adminToken: 'bench-admin-token',
    readiness: () => ({ ready: true }),
    gates: [],
    requireIdempotencyKey: false,
    trustedProxies: 0,
    countResult: checkoutMetrics(metrics, journal).countResult,
    now: Date.now,
    log: createLogger({ name: 'bench', level: 'info', format: 'json' }),
  });
  return listen(admissionGate(admission, app), { host: '127.0.0.1', port });
}

function journalThat(keep: KeepPurchase): Journal {
  const journal: Pick<Journal, 'append' | 'refusing' | 'disk' | 'backlog'> = {
    refusing: () => undefined,
    disk: () => undefined,
    backlog: () => undefined,
    append: async (record) => ({ status: 'appended', sequence: (await keep(record)) as Sequence }),
  };
  return journal as Journal;
}
