import { setTimeout } from 'node:timers/promises';

import type Database from 'better-sqlite3';
import { Router } from 'express';

import { parseBody, requireBearerToken, type Readiness } from '../http/index.js';
import { eventSchema } from '../purchase/schemas.js';
import type { CommittedGroup } from '../sqlite/index.js';

import { auditRoute } from './audit-route.js';
import { describeMissing } from './describe-holding.js';
import { eventsRoute } from './events-route.js';
import { faultsRoute } from './faults-route.js';
import { Faults } from './faults.js';
import { fingerprint } from './fingerprint.js';
import { gapsRoute } from './gaps-route.js';
import { HoldingStore } from './holding-store.js';
import { InboxStore } from './inbox-store.js';
import { sendUnlessDropped } from './inject-faults.js';
import { createEventsReceiver, type ObserveResult, type ObserveSignature, type ReceiverLog } from './kit/index.js';
import type { Effect, Holding } from './types.js';

export interface ReceiverOptions {
  /**
   * Opened by `openDatabase`, with `inboxMigration` as its first migration and `holdingMigration` among those after it. Stays
   * the caller's to close, after `close`.
   */
  readonly database: Database.Database;
  readonly effect: Effect;
  /** Any of them may have signed a delivery; newest first. */
  readonly webhookSecrets: readonly string[];
  /** Opens `/audit` and `/faults`. */
  readonly adminToken: string;
  /** Whether there is a `/faults`. */
  readonly demo: boolean;
  readonly log: ReceiverLog;
  readonly observe: ObserveResult;
  readonly observeSignature?: ObserveSignature;
  readonly observeTransaction?: (group: CommittedGroup) => void;
  /** Milliseconds since the epoch; `Date.now` if absent. */
  readonly now?: () => number;
  /** Throws the dice for faults; `Math.random` if absent. */
  readonly random?: () => number;
  /** Waits for the latency of a fault; a timer if absent. */
  readonly sleep?: (ms: number) => Promise<unknown>;
}

/** What makes a service a destination. */
export interface Receiver {
  /** `/events`, `/audit` and `/audit/gaps`, and `/faults` in a demonstration: to be used at the root of an Express app. */
  readonly routes: Router;
  /** Not ready while the disk is full. */
  readiness(): Readiness;
  /** How much is held, and how much is not. Cheap, however much it is. */
  holding(): Holding;
  /**
   * Rejects when the database can no longer be trusted: end the process, a new one recovers; with DatabaseUnusableError when
   * it would not, because the file is damaged.
   */
  readonly failed: Promise<never>;
  /** Commits what was received and takes no more. Call it once requests have ended, and before the database is closed. */
  close(): void;
}

/** Builds a receiver on a database; warns of what that does not hold. */
export function createReceiver(options: ReceiverOptions): Receiver {
  const { database, effect, webhookSecrets, adminToken, demo, log, observe, observeSignature } = options;
  const { now = Date.now, random = Math.random, sleep = setTimeout } = options;
  const store = new InboxStore(database);
  const holdings = new HoldingStore(database);
  const faults = demo ? new Faults(random) : undefined;
  const events = createEventsReceiver({
    database,
    secrets: webhookSecrets,
    apply: effect,
    parse: (given) => parseBody(eventSchema, given),
    records: store,
    fingerprint,
    send: sendUnlessDropped,
    ...{ log, observe, now },
    ...(observeSignature && { observeSignature }),
    observeTransaction: options.observeTransaction,
  });
  const readiness = (): Readiness => {
    const { refusal } = events;
    return refusal === undefined ? { ready: true } : { ready: false, reason: 'disk-full', detail: refusal };
  };

  const requireAdmin = requireBearerToken(adminToken, log);
  const routes = Router();
  routes.use(eventsRoute({ take: events.handle, faults, sleep }));
  routes.use(gapsRoute({ store: holdings, requireAdmin }));
  routes.use(auditRoute({ store, requireAdmin }));
  if (faults) routes.use(faultsRoute({ faults, requireAdmin, log }));
  const held = holdings.holding();
  if (held.missing > 0) log.warn({ ...held }, describeMissing(held));
  return {
    routes,
    readiness,
    holding: () => holdings.holding(),
    failed: events.failed,
    close: () => {
      events.close();
    },
  };
}
