/*
 * Opening the local engine. The order matters:
 *
 *    1. the log's lock           whoever holds it is alone with the log and the database
 *    2. the delivering half      opens the database, says what it knows of the log
 *    3. the log                  is recovered and held against that
 *    4. a reader of the database
 *    5. the delivering half      adopts the log and projects all that is in it; appends begin only then
 *
 * What fails on the way closes what was opened before, and releases the lock; nothing that can fail comes after the fifth step.
 */
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';

import {
  asUnusable,
  DatabaseUnusableError,
  isDiskFailure,
  isStorageFailure,
  isWantOfSpaceOn,
  openDatabaseReadonly,
} from '../../sqlite/index.js';
import {
  LogUnusableError,
  nodeFiles,
  openLog,
  systemLogClock,
  type CommittedBatch,
  type FilePort,
  type Log,
  type LogClock,
  type LogExpectation,
} from '../../wal/index.js';
import { JournalFailedError, JournalNoSpaceError, JournalUnusableError } from '../errors.js';
import type { JournalObserver } from '../figures.js';
import type { BacklogStatus, DiskStatus, Journal, JournalRecovery } from '../types.js';
import { BacklogWatch } from './backlog-watch.js';
import { deferred } from './deferred.js';
import type { Disk } from './disk.js';
import { DiskWatch } from './disk-watch.js';
import { explainDatabase, explainLog } from './explain-refusal.js';
import { KeyLookup } from './key-lookup.js';
import { databaseName, logDirectory } from './layout.js';
import { Link, type FromAppend, type FromDelivery } from './link.js';
import { LocalJournal, type LocalJournalParts } from './local-journal.js';
import { LookupStore } from './lookup-store.js';
import { nodeDisk } from './node-disk.js';
import { RecentPurchases } from './recent-purchases.js';
import { watchedLookups } from './watched-lookups.js';

export interface LocalJournalOptions {
  readonly directory: string;
  /**
   * Starts the delivering half (`LocalDeliveryJournal.open`), in this thread or another, with its end of the link. Called once
   * the lock is held.
   */
  readonly startDelivery: (port: MessagePort) => void;
  readonly segmentBytes?: number;
  readonly segmentAgeMs?: number;
  /** Purchases in the log that the database does not hold yet; beyond them appends are refused. Default 20,000. */
  readonly recentMax?: number;
  /** Purchases are refused rather than to leave less than this. Default: the smaller of 64 MiB and a tenth of the file system. */
  readonly diskReserveBytes?: number;
  /** Called each time purchases begin to be refused for want of space, and when they are taken again; also while opening. */
  readonly onDiskChanged?: (status: DiskStatus) => void;
  /** Purchases are refused while destinations have more than so many bytes of the log to confirm. Default: no such bound. */
  readonly backlogBytesMax?: number;
  /** Called each time purchases begin to be refused because of it, and when they are taken again; also at the end of opening. */
  readonly onBacklogChanged?: (status: BacklogStatus) => void;
  /** Called when it cannot be seen how much space is left, once until it can again. */
  readonly onDiskUnseen?: (error: unknown) => void;
  readonly observer?: JournalObserver;
  readonly files?: FilePort;
  readonly disk?: Disk;
  readonly clock?: LogClock;
}

const recentMaxDefault = 20_000;

/**
 * Opens the journal in a directory, making one if there is none. Close the delivering half before this one: this one holds the
 * lock that lets both work.
 *
 * @throws JournalNoSpaceError when the disk is full: opening it again works once there is space
 * @throws JournalUnusableError when a person must look: the directory is in use, damaged, or cannot be written
 * @throws JournalFailedError when the disk fails, or the delivering half ended before it had opened: starting anew may help
 */
export async function openLocalJournal(options: LocalJournalOptions): Promise<Journal> {
  const { directory, segmentBytes, segmentAgeMs, observer, clock = systemLogClock } = options;
  const startedAt = performance.now();
  const recent = new RecentPurchases(options.recentMax ?? recentMaxDefault);
  const disk = new DiskWatch({
    disk: options.disk ?? nodeDisk(directory),
    clock,
    reserveBytes: options.diskReserveBytes,
    unprojectedBytes: () => recent.bytes,
    onChanged: options.onDiskChanged ?? (() => undefined),
    onUnseen: options.onDiskUnseen ?? (() => undefined),
  });
  const delivery = new DeliveryEnd(recent, disk);
  let log: Log | undefined;
  let reader: DatabaseReader | undefined;
  let known: LogExpectation | undefined;
  try {
    await disk.start();
    log = await openLog({
      directory: logDirectory(directory),
      files: options.files ?? nodeFiles,
      clock,
      expected: async () => (known = await delivery.start(options.startDelivery)),
      ...(segmentBytes !== undefined && { segmentBytes }),
      ...(segmentAgeMs !== undefined && { segmentAgeMs }),
      onDurable: (sequence) => {
        delivery.send({ type: 'durable', sequence });
      },
      ...(observer && {
        onCommitted: (batch: CommittedBatch) => {
          observer.committed(batch);
        },
      }),
      onRolled: (firstSequence) => {
        delivery.send({ type: 'rolled', firstSequence });
      },
      onFailed: (cause) => {
        delivery.fail(new JournalFailedError('log-failed', `the log failed: ${String(cause)}`, { cause }));
      },
    });
    const path = join(directory, databaseName);
    reader = openReader(path, (error) => {
      delivery.fail(failureOf(error, path));
    });
    const { lowWaterMark, unknownBefore, outcomesForgotten, destinations } = await delivery.adopt(log, reader.keys);
    const { segments, firstSequence, durableSequence, tornBytes, tornFile } = log.recovery;
    const recovery: JournalRecovery = {
      ...{ segments, firstSequence, durableSequence, tornBytes, tornFile },
      ...{ lowWaterMark, unknownBefore, outcomesForgotten, destinations },
      replayed: durableSequence - lowWaterMark,
      durationMs: Math.round(performance.now() - startedAt),
    };
    const onClosed = () => {
      delivery.close();
    };
    const backlog = watchBacklog(log, reader, { ...options, clock });
    const watches = { recent, disk, backlog, observer };
    return new LocalJournal({ log, ...reader, ...watches, recovery, failed: delivery.failed, onClosed });
  } catch (error) {
    delivery.close();
    reader?.database.close();
    reader?.keys.close();
    await log?.close();
    await disk.stop();
    if (await isWantOfSpaceOn(error, () => disk.hasRoom())) {
      throw new JournalNoSpaceError('no-space', messageOf(error), { cause: error });
    }
    if (isDiskFailure(error)) throw new JournalFailedError('failed', messageOf(error), { cause: error });
    if (!(error instanceof LogUnusableError)) throw error;
    const message = explainLog(error, join(directory, databaseName), known);
    throw new JournalUnusableError('unusable', message, { cause: error });
  }
}

function watchBacklog(
  log: Log,
  { lookups }: DatabaseReader,
  { clock, backlogBytesMax: bytesMax, onBacklogChanged }: LocalJournalOptions & { clock: LogClock },
): BacklogWatch | undefined {
  if (bytesMax === undefined) return undefined;
  const look = () => {
    try {
      return log.bytesAfter(lookups.lowWaterMark()) + log.stats().pendingBytes;
    } catch (error) {
      // The look-ups have told whom it concerns.
      if (isStorageFailure(error)) return undefined;
      throw error;
    }
  };
  const watch = new BacklogWatch({ clock, bytesMax, look, onChanged: onBacklogChanged ?? (() => undefined) });
  watch.start();
  return watch;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

type DatabaseReader = Pick<LocalJournalParts, 'database' | 'keys' | 'lookups'>;

function openReader(path: string, onFailed: (error: unknown) => void): DatabaseReader {
  const [database, ofKeys] = [openDatabaseReadonly(path), openDatabaseReadonly(path)];
  try {
    const keys = new KeyLookup(ofKeys);
    return { database, keys, lookups: watchedLookups(new LookupStore(database), keys, onFailed) };
  } catch (error) {
    database.close();
    ofKeys.close();
    throw error;
  }
}

function failureOf(cause: unknown, path: string): Error {
  const error = asUnusable(cause, path);
  const message = explainDatabase(error, path);
  return error instanceof DatabaseUnusableError
    ? new JournalUnusableError('unusable', message, { cause })
    : new JournalFailedError('failed', message, { cause });
}

type Started = Omit<FromDelivery & { type: 'started' }, 'type'>;
type Opened = (FromDelivery & { type: 'opened' })['expectation'];

/** This half's end of the link. */
class DeliveryEnd {
  readonly #failure = deferred<never>();
  readonly #recent: RecentPurchases;
  readonly #disk: DiskWatch;
  readonly #opened = deferred<Opened>();
  readonly #started = deferred<Started>();
  #link: Link<FromAppend, FromDelivery> | undefined;
  #log: Log | undefined;
  #keys: KeyLookup | undefined;
  #open = false;

  constructor(recent: RecentPurchases, disk: DiskWatch) {
    this.#recent = recent;
    this.#disk = disk;
  }

  get failed(): Promise<never> {
    return this.#failure.promise;
  }

  start(startDelivery: (port: MessagePort) => void): Promise<Opened> {
    const { port1, port2 } = new MessageChannel();
    this.#link = new Link(port1, {
      onMessage: (message) => {
        this.#receive(message);
      },
      onClosed: () => {
        // Later it is for whoever started the delivering half to see that it ended.
        if (!this.#open) this.fail(new JournalFailedError('failed', 'the delivering half ended while it was opening'));
      },
    });
    startDelivery(port2);
    return Promise.race([this.#opened.promise, this.failed]);
  }

  adopt(log: Log, keys: KeyLookup): Promise<Started> {
    this.#log = log;
    this.#keys = keys;
    const { identity, firstSequence, durableSequence } = log.recovery;
    const { reserveBytes } = this.#disk.status();
    this.send({ type: 'log-opened', identity, first: firstSequence, durable: durableSequence, reserveBytes });
    return Promise.race([this.#started.promise, this.failed]);
  }

  send(message: FromAppend): void {
    this.#link?.send(message);
  }

  fail(error: Error): void {
    this.#failure.reject(error);
  }

  close(): void {
    this.#link?.close();
  }

  #receive(message: FromDelivery): void {
    switch (message.type) {
      case 'opened':
        this.#opened.resolve(message.expectation);
        break;
      case 'started':
        this.#open = true;
        this.#started.resolve(message);
        break;
      case 'projected':
        // In this order: a key that is among the recent no more must be found in the database.
        this.#keys?.renew();
        this.#recent.projected(message.sequence);
        break;
      case 'pruned':
        this.#log?.pruned(message.firstSequence);
        break;
      case 'space':
        this.#disk.databaseWaits(message.waits);
        break;
      case 'failed':
        this.fail(
          message.needsPerson
            ? new JournalUnusableError('unusable', message.message, { cause: { code: message.code } })
            : new JournalFailedError('failed', message.message),
        );
        break;
    }
  }
}
