/*
 * The delivering half of the local engine: the only writer of the database, and what the dispatcher works against.
 *
 * Owns the database, the projector and the housekeeping. Does not own the log's writer: that is the other half, in another thread.
 *
 * 1. Outcomes, cursor and mark of a settle, and what it releases, are one transaction; it resolves after that was synced (O1).
 * 2. The mark never passes what is projected, nor the cursor of a destination that is owed purchases, whether it is configured or
 *    not, nor an open entry of it. One that it had passed and that is delivered again holds it where it stands.
 * 3. Segments are unlinked only below a mark that has been committed (W10).
 * 4. After a failure nothing is written any more; the other half is told, and the process ends.
 */
import { join } from 'node:path';
import type { MessagePort } from 'node:worker_threads';

import type {
  DeliveryJournal,
  Entry,
  LaneState,
  OrderedPage,
  Outcome,
  Parked,
  Retrying,
  Sequence,
} from '../../outbox/types.js';
import { closeUntouched, copyLogToDatabase, isStorageFailure, sqliteErrorCode } from '../../sqlite/index.js';
import { nodeFiles, type FilePort, type LogClock, type LogReader } from '../../wal/index.js';
import { JournalFailedError } from '../errors.js';
import type { ConfiguredDestinations } from '../types.js';
import { answer } from './answer.js';
import { boundDatabaseLog } from './bound-database-log.js';
import { deferred } from './deferred.js';
import { deliveryFailure } from './delivery-failure.js';
import { explainDatabase } from './explain-refusal.js';
import { Housekeeping } from './housekeeping.js';
import { databaseName } from './layout.js';
import { Link, type FromAppend, type FromDelivery } from './link.js';
import { expectationOf } from './log-expectation.js';
import { readerAcrossSeam } from './log-seam.js';
import { OwedMark } from './owed-mark.js';
import { Projector } from './projector.js';
import { openStores, type Stores, type StoresOptions } from './stores.js';

export interface LocalDeliveryOptions extends StoresOptions {
  /** The end of the link that `openLocalJournal` handed out. */
  readonly port: MessagePort;
  readonly directory: string;
  readonly destinations: ConfiguredDestinations;
  readonly files?: FilePort;
  readonly clock?: Pick<LogClock, 'schedule'>;
}

export class LocalDeliveryJournal implements DeliveryJournal {
  readonly #stores: Stores;
  readonly #link: Link<FromDelivery, FromAppend>;
  readonly #housekeeping: Housekeeping;
  readonly #configured: ConfiguredDestinations;
  /** Invariant 2. */
  readonly #mark: OwedMark;
  readonly #directory: string;
  readonly #files: FilePort;
  readonly #listeners = new Set<() => void>();
  readonly #opening = deferred<undefined>();
  #projector: Projector | undefined;
  #endAtStart = 0 as Sequence;
  #open = false;
  #failed = false;
  #closing: Promise<void> | undefined;

  /**
   * Opens the database and resolves when the other half has opened the log and all of that is in the database. What goes wrong
   * is told to the other half, and thrown here; nothing is left open then. It rejects, too, when the other half gives up.
   */
  static async open(options: LocalDeliveryOptions): Promise<LocalDeliveryJournal> {
    const { port, directory } = options;
    const path = join(directory, databaseName);
    let journal: LocalDeliveryJournal | undefined;
    try {
      const onDiskFull = (waits: boolean) => {
        port.postMessage({ type: 'space', waits } satisfies FromDelivery);
      };
      journal = new LocalDeliveryJournal(openStores(path, onDiskFull, options), options);
      await journal.#start();
      return journal;
    } catch (error) {
      const message = explainDatabase(error, path);
      const code = sqliteErrorCode(error);
      port.postMessage({ type: 'failed', message, needsPerson: true, code } satisfies FromDelivery);
      await journal?.close();
      port.close();
      throw error;
    }
  }

  private constructor(stores: Stores, options: LocalDeliveryOptions) {
    const { port, directory, destinations, files = nodeFiles, clock } = options;
    this.#stores = stores;
    this.#mark = new OwedMark(stores);
    this.#directory = directory;
    this.#files = files;
    this.#configured = destinations;
    this.#housekeeping = new Housekeeping({
      ...{ directory, files, clock, keys: stores.keys, commit: (work) => this.#commit(work) },
      onPruned: (firstSequence) => {
        this.#link.send({ type: 'pruned', firstSequence });
      },
      onFailed: this.fail.bind(this),
    });
    this.#link = new Link(port, {
      onMessage: (message) => {
        this.#receive(message);
      },
      onClosed: () => {
        this.#opening.reject(new JournalFailedError('failed', 'the other half of the journal gave up opening it'));
      },
    });
  }

  openLane(destination: string): Promise<LaneState> {
    return answer(() => ({ ...this.#stores.deliveries.laneState(destination), endAtStart: this.#endAtStart }));
  }

  read(after: Sequence, limit: number): Promise<Entry[]> {
    return answer(() => this.#stores.pages.after(after, limit));
  }

  readOrdered(destination: string, after: Sequence, limit: number): Promise<OrderedPage> {
    const { pages, deliveries } = this.#stores;
    return answer(() => deliveries.orderedPage(destination, pages.after(after, limit)));
  }

  readEntry(sequence: Sequence): Promise<Entry> {
    return answer(() => {
      const entry = this.#stores.projections.entryAt(sequence);
      if (!entry) throw new Error(`there is no entry ${sequence}`);
      return entry;
    });
  }

  onReadable(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async settle(destination: string, outcomes: readonly Outcome[]): Promise<readonly Retrying[]> {
    const settle = () => [this.#stores.deliveries.settle(destination, outcomes), this.#mark.raise()] as const;
    const [released, mark] = await this.#commit(settle);
    this.#housekeeping.passed(mark);
    return released;
  }

  setPaused(...change: Parameters<DeliveryJournal['setPaused']>): Promise<void> {
    return this.#commit(() => {
      this.#stores.destinations.setPaused(...change);
    });
  }

  liftCatchUpRate(destination: string): Promise<void> {
    return this.#commit(() => {
      this.#stores.destinations.setCatchUpRate(destination, null);
    });
  }

  outcome(destination: string, sequence: Sequence): Promise<Outcome | undefined> {
    return answer(() => this.#stores.deliveries.outcome(destination, sequence));
  }

  parked(destination: string, after: Sequence, limit: number): Promise<Parked[]> {
    return answer(() => this.#stores.deliveries.parked(destination, after, limit));
  }

  wouldRelease(destination: string, sequence: Sequence): Promise<boolean> {
    return answer(() => this.#stores.deliveries.wouldRelease(destination, sequence));
  }

  /**
   * Commits what has been handed in, finishes the unlink under way, then closes; on a full disk, what cannot be committed is
   * rejected and left to the next start. The dispatcher must have stopped. May be called twice.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Tells the other half that the process cannot go on. */
  fail(cause: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    const { error, message, needsPerson } = deliveryFailure(cause, this.#stores.database.name);
    this.#opening.reject(error);
    if (this.#open) this.#link.send({ type: 'failed', message, needsPerson });
  }

  async #start(): Promise<void> {
    this.#link.send({ type: 'opened', expectation: expectationOf(this.#stores.projections.logState()) });
    await this.#opening.promise;
  }

  async #close(): Promise<void> {
    const projectorStopped = this.#projector?.stop();
    this.#stores.transactions.close();
    await projectorStopped;
    await this.#housekeeping.stop();
    // A log or a database that was refused is left to the person as it was found.
    if (this.#open) this.#stores.database.close();
    else closeUntouched(this.#stores.database);
    this.#link.close();
  }

  #receive(message: FromAppend): void {
    switch (message.type) {
      case 'log-opened':
        this.#adoptLog(message).then(this.#opening.resolve, this.#opening.reject);
        break;
      case 'durable':
        this.#projector?.advance(message.sequence);
        break;
      case 'rolled':
        this.#housekeeping.rolled(message.firstSequence);
        break;
    }
  }

  async #adoptLog(opened: FromAppend & { type: 'log-opened' }): Promise<undefined> {
    const { identity, first, durable, reserveBytes } = opened;
    this.#endAtStart = durable;
    boundDatabaseLog(this.#stores.database, reserveBytes);
    const { projections } = this.#stores;
    const known = projections.logState();
    const isNew = known.identity === undefined;
    // For a database that never saw this log, what was pruned from it cannot be had any more.
    const projected = isNew ? ((first - 1) as Sequence) : known.projected;
    // A destination that is new is owed what comes; where the database is new, it is owed what the log still holds.
    const startAfter = isNew ? projected : durable;
    const reader = await readerAcrossSeam({
      ...{ files: this.#files, directory: this.#directory },
      ...{ first, projected, store: projections },
    });
    // From here on it is closed with the projector.
    const projector = this.#newProjector(reader, projected);
    // Not before: a log that is refused leaves the database as it was found.
    copyLogToDatabase(this.#stores.database);
    const enter = () => this.#mark.enter(this.#configured, { identity, first, durable, startAfter, isNew });
    const entered = isNew && (await this.#commit(enter));
    // Only then can a purchase or a key of an earlier run be found: appends must not begin before.
    await projector.catchUp(durable);
    // Not before, where the database is not new: what customers were told is in the purchases.
    const destinations = entered || (await this.#commit(enter));
    const mark = await this.#commit(() => this.#mark.raise());
    await this.#housekeeping.start(first);
    this.#open = true;
    const unknownBefore = projections.unknownBefore();
    const outcomesForgotten = isNew ? 0 : Math.max(0, first - 1 - known.lowWaterMark);
    this.#link.send({ type: 'started', lowWaterMark: mark, unknownBefore, outcomesForgotten, destinations });
    this.#housekeeping.passed(mark);
  }

  #newProjector(reader: LogReader, projected: Sequence): Projector {
    let before = projected;
    this.#projector = new Projector({
      reader,
      store: this.#stores.projections,
      transactions: { run: (work) => this.#commit(work) },
      projected,
      onProjected: (sequence) => {
        this.#link.send({ type: 'projected', sequence });
        for (const listener of this.#listeners) listener();
        // Nobody settles what is owed to nobody (there is no destination, or they begin later): nothing else would move the mark.
        if (this.#open && before < this.#mark.unowedUpTo) this.#moveMark();
        before = sequence;
      },
      onFailed: (error) => {
        this.fail(error);
      },
    });
    if (this.#closing) void this.#projector.stop();
    return this.#projector;
  }

  /** Invariants 1 and 4. */
  async #commit<T>(work: () => T): Promise<T> {
    if (this.#failed) throw new JournalFailedError('failed', 'the journal has failed; nothing is written any more');
    try {
      return await this.#stores.transactions.run(work);
    } catch (error) {
      if (isStorageFailure(error)) this.fail(error);
      throw error;
    }
  }

  #moveMark(): void {
    this.#commit(() => this.#mark.raise()).then(
      (mark) => {
        this.#housekeeping.passed(mark);
      },
      (error: unknown) => {
        if (!this.#closing) this.fail(error);
      },
    );
  }
}
