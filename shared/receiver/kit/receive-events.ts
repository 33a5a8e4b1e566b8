import type Database from 'better-sqlite3';
import type { RequestHandler, Response } from 'express';

import { GroupTransaction, type CommittedGroup } from '../../sqlite/index.js';

import { canonicalFingerprint } from './canonical-fingerprint.js';
import { eventsHandler } from './events-handler.js';
import { FullDisk } from './full-disk.js';
import { deliveryLimits } from './limits.js';
import { OnceOnlyInbox } from './once-only-inbox.js';
import { OwnInboxRecords } from './own-inbox-records.js';
import { parseUnchecked } from './parse-unchecked.js';
import { rawBodyReader } from './raw-body.js';
import { createReceiveDelivery } from './receive-delivery.js';
import { requireDurableCommits } from './require-durable-commits.js';
import { createSignatureCheck } from './signature-check.js';
import { standardErrorLog } from './standard-error-log.js';
import type {
  Apply,
  DeliveryAnswer,
  IdentifiedEvent,
  InboxRecords,
  ObserveResult,
  ObserveSignature,
  ParseEvent,
  ReceiverLog,
  UncheckedEvent,
} from './types.js';
import { watchStorage } from './watch-storage.js';

export interface ReceiveEventsOptions<Event extends IdentifiedEvent = UncheckedEvent> {
  /** The database of the effects, with `synchronous = FULL`. Stays the caller's to close, once requests have ended. */
  readonly database: Database.Database;
  /** `whsec_` and base64, newest first. Any of them may have signed a delivery. */
  readonly secrets: readonly string[];
  readonly apply: Apply<Event>;
  /** If absent, nothing is looked at but the id. */
  readonly parse?: ParseEvent<Event>;
  /** How far the time of a delivery may be from now; 300 if absent. */
  readonly toleranceSeconds?: number;
  /** Events in one batch; 500 if absent. */
  readonly eventsMax?: number;
  /** Bytes in one body; 10 MiB if absent. */
  readonly bodyBytesMax?: number;
  /** Standard error if absent, for warnings and errors. */
  readonly log?: ReceiverLog;
  readonly observe?: ObserveResult;
  readonly observeSignature?: ObserveSignature;
  /** Where ids are on record, in the same database; a table `webhook_inbox` if absent. */
  readonly records?: InboxRecords<Event>;
  /** Digest of what an event says; of its data, whatever the order of the fields, if absent. */
  readonly fingerprint?: (event: Event) => Buffer;
  /** Sends an answer; `response.json` if absent. For those who want to see what a sender does without one. */
  readonly send?: (response: Response, answer: DeliveryAnswer) => void;
  /** Hears of each transaction: how many events shared it, and how long it took. Must not throw. */
  readonly observeTransaction?: ((group: CommittedGroup) => void) | undefined;
  /** Milliseconds since the epoch; `Date.now` if absent. */
  readonly now?: () => number;
}

/** A middleware, and what whoever runs it may want to know of it. */
export interface EventsReceiver {
  /** Takes `POST`; put it behind the path of your choice. */
  readonly handle: RequestHandler;
  /** Why deliveries cannot be taken now, in words; undefined: they can. */
  readonly refusal: string | undefined;
  /**
   * Rejects when the database can no longer be trusted: end the process, a new one recovers; with DatabaseUnusableError when
   * it would not, because the file is damaged.
   */
  readonly failed: Promise<never>;
  /** Commits what was received and takes no more. Call it once requests have ended, and before the database is closed. */
  close(): void;
}

/**
 * A middleware that takes signed events, one or a batch in a request, each once, and answers when they are on disk:
 * `app.post('/events', receiveEvents({ database, secrets, apply }))`.
 *
 * @throws TypeError when a secret is none, or the database would forget in a power cut what was confirmed
 */
export function receiveEvents<Event extends IdentifiedEvent = UncheckedEvent>(
  options: ReceiveEventsOptions<Event>,
): RequestHandler {
  return createEventsReceiver(options).handle;
}

/** The same, with what is around it. @throws TypeError as `receiveEvents` does */
export function createEventsReceiver<Event extends IdentifiedEvent = UncheckedEvent>(
  options: ReceiveEventsOptions<Event>,
): EventsReceiver {
  const { database, secrets, apply, log = standardErrorLog, now = Date.now } = options;
  const { observe = () => undefined, observeSignature = () => undefined } = options;
  // Without a parser, the type of the events is the caller's word.
  const { parse = parseUnchecked as unknown as ParseEvent<Event> } = options;
  requireDurableCommits(database);
  const fullDisk = new FullDisk(log);
  const group = new GroupTransaction(database, {
    onDiskFull: (full) => {
      fullDisk.changed(full);
    },
    onCommitted: options.observeTransaction,
  });
  const { records = new OwnInboxRecords(database), fingerprint = canonicalFingerprint } = options;
  const watched = watchStorage(new OnceOnlyInbox({ group, records, fingerprint, apply, now }), database.name);
  const handle = eventsHandler({
    readRawBody: rawBodyReader(options.bodyBytesMax ?? deliveryLimits.bodyBytesMax),
    checkSignature: createSignatureCheck(secrets, {
      toleranceSeconds: options.toleranceSeconds ?? deliveryLimits.toleranceSeconds,
      now,
    }),
    eventsMax: options.eventsMax ?? deliveryLimits.eventsMax,
    receive: createReceiveDelivery({ inbox: watched.inbox, parse, observe, log }),
    send: options.send ?? ((response, answer) => response.json(answer)),
    ...{ fullDisk, observe, observeSignature, log },
  });
  return {
    handle,
    get refusal() {
      return fullDisk.reason;
    },
    failed: watched.failed,
    close: () => {
      group.close();
    },
  };
}
