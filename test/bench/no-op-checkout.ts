import { v7 as uuidv7 } from 'uuid';

import { createAcceptPurchase } from '../../services/checkout/accept-purchase.js';
import { createCheckoutApp } from '../../services/checkout/app.js';
import { admissionGate } from '../../services/checkout/admission/admission-gate.js';
import { Admission } from '../../services/checkout/admission/admission.js';
import { DrainWatch } from '../../services/checkout/admission/drain-watch.js';
import { checkoutMetrics } from '../../services/checkout/checkout-metrics.js';
import type { DeliveryControl } from '../../services/checkout/delivery/delivery-control.js';
import { listen } from '../../shared/http/index.js';
import type { Journal } from '../../shared/journal/index.js';
import { systemClock, type Sequence } from '../../shared/outbox/index.js';
import { encodeRecord } from '../../shared/purchase/index.js';
import { createLogger } from '../../shared/telemetry/index.js';
import { createMetrics } from '../../shared/telemetry/metrics.js';

/*
 * The checkout's own app on a journal that forgets: what `POST /checkout` costs without the log. Takes the port as its argument.
 */
function forgetfulJournal(): Journal {
  let sequence = 0;
  const journal: Pick<Journal, 'append' | 'refusing' | 'disk' | 'backlog'> = {
    refusing: () => undefined,
    disk: () => undefined,
    backlog: () => undefined,
    append(record) {
      // Encoding is not part of what the log costs: both sides do it.
      encodeRecord(record);
      sequence += 1;
      return Promise.resolve({ status: 'appended', sequence: sequence as Sequence });
    },
  };
  return journal as Journal;
}

const journal = forgetfulJournal();
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
  log: createLogger({ name: 'no-op', level: 'info', format: 'json' }),
});
await listen(admissionGate(admission, app), { host: '127.0.0.1', port: Number(process.argv[2]) });
