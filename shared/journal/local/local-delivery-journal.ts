/*
 * The delivering half of the local engine: the only writer of the database, and what the dispatcher works against.
 *
 * Owns the database, the projector and the pruner. Does not own the log's writer: that is the other half, in another thread.
 *
 * 1. Outcomes, cursor and mark of a settle are one transaction; it resolves after that was synced (O1).
 * 2. The mark never passes what is projected, nor the cursor of a configured destination, nor an entry of it that is retrying
 *    or parked.
 * 3. Segments are unlinked only below a mark that has been committed (W10).
 * 4. After a failure nothing is written any more; the other half is told, and the process ends.
 */
import { join } from 'node:path';
import type { MessagePort } from 'node:worker_threads';

import type Database from 'better-sqlite3';

import { lowWaterMark } from '../../outbox/low-water-mark.js';
import type { DeliveryJournal, Entry, LaneState, Outcome, Parked, Sequence } from '../../outbox/types.js';
import { GroupTransaction, openDatabase } from '../../sqlite/index.js';
import { LogReader, nodeFiles, SegmentPruner } from '../../wal/index.js';
import { JournalFailedError } from '../errors.js';
import { DeliveryStore } from './delivery-store.js';
import { databaseName, logDirectory } from './layout.js';
import { Link, type FromAppend, type FromDelivery } from './link.js';
import { migrations } from './migrations.js';
import { ProjectionStore } from './projection-store.js';
import { Projector } from './projector.js';

export interface LocalDeliveryOptions {
  /** The end of the link that `openLocalJournal` handed out. */
  readonly port: MessagePort;
  readonly directory: string;
  /** Names of the destinations that purchases are owed to. */
  readonly destinations: readonly string[];
}

export class LocalDeliveryJournal implements DeliveryJournal {
  readonly #database: Database.Database;
  readonly #transactions: GroupTransaction;
  readonly #projections: ProjectionStore;
  readonly #deliveries: DeliveryStore;
  readonly #pruner: SegmentPruner;
  readonly #link: Link<FromDelivery, FromAppend>;
  readonly #destinations: readonly string[];
  readonly #directory: string;
  readonly #listeners = new Set<() => void>();
  readonly #started: Promise<void>;
  #announceStart!: () => void;
  #projector: Projector | undefined;
  #pruning: Promise<void> | undefined;
  #mark = 0 as Sequence;
  #failed = false;
  #closing: Promise<void> | undefined;

  /**
   * Opens the database and resolves when the other half has opened the log. What goes wrong is told to the other half, and
   * thrown here.
   */
  static async open(options: LocalDeliveryOptions): Promise<LocalDeliveryJournal> {
    try {
      const journal = new LocalDeliveryJournal(options);
      await journal.#started;
      return journal;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const failed: FromDelivery = {
        type: 'failed',
        message: `cannot use ${join(options.directory, databaseName)}: ${message}`,
        needsPerson: true,
      };
      options.port.postMessage(failed);
      options.port.close();
      throw error;
    }
  }

  private constructor({ port, directory, destinations }: LocalDeliveryOptions) {
    this.#directory = directory;
    this.#destinations = destinations;
    this.#started = new Promise((resolve) => {
      this.#announceStart = resolve;
    });
    this.#database = openDatabase(join(directory, databaseName), migrations);
    this.#transactions = new GroupTransaction(this.#database);
    this.#projections = new ProjectionStore(this.#database);
    this.#deliveries = new DeliveryStore(this.#database);
    this.#pruner = new SegmentPruner({ files: nodeFiles, directory: logDirectory(directory) });
    this.#link = new Link(port, (message) => {
      this.#receive(message);
    });
    port.on('close', () => {
      // The log could not be opened.
      if (!this.#projector) void this.close();
    });
    this.#link.send({ type: 'opened', expectation: this.#projections.logState() });
  }

  openLane(destination: string): Promise<LaneState> {
    return Promise.resolve(this.#deliveries.laneState(destination));
  }

  read(after: Sequence, limit: number): Promise<Entry[]> {
    return Promise.resolve(this.#projections.entriesAfter(after, limit));
  }

  readEntry(sequence: Sequence): Promise<Entry> {
    const entry = this.#projections.entryAt(sequence);
    return entry ? Promise.resolve(entry) : Promise.reject(new Error(`there is no entry ${sequence}`));
  }

  onReadable(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async settle(destination: string, outcomes: readonly Outcome[]): Promise<void> {
    const mark = await this.#transactions.run(() => {
      this.#deliveries.settle(destination, outcomes);
      return this.#raiseMark();
    });
    this.#marked(mark);
  }

  setPaused(destination: string, paused: boolean): Promise<void> {
    return this.#transactions.run(() => {
      this.#deliveries.setPaused(destination, paused);
    });
  }

  outcome(destination: string, sequence: Sequence): Promise<Outcome | undefined> {
    return Promise.resolve(this.#deliveries.outcome(destination, sequence));
  }

  parked(destination: string, after: Sequence, limit: number): Promise<Parked[]> {
    return Promise.resolve(this.#deliveries.parked(destination, after, limit));
  }

  /** Finishes the batch and the unlinks under way, then closes. The dispatcher must have stopped. May be called twice. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Tells the other half that the process cannot go on. */
  fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    const message = error instanceof Error ? error.message : String(error);
    this.#link.send({ type: 'failed', message, needsPerson: false });
  }

  async #close(): Promise<void> {
    await this.#projector?.stop();
    while (this.#pruning) await this.#pruning;
    this.#database.close();
    this.#link.close();
  }

  #receive(message: FromAppend): void {
    switch (message.type) {
      case 'log-opened':
        this.#adoptLog(message).then(this.#announceStart, (error: unknown) => {
          this.fail(error);
        });
        break;
      case 'durable':
        this.#projector?.advance(message.sequence);
        break;
      case 'rolled':
        this.#pruner.added(message.firstSequence);
        // The mark may have passed the sealed segment before it was sealed.
        this.#prune();
        break;
    }
  }

  async #adoptLog({ identity, first, durable }: FromAppend & { type: 'log-opened' }): Promise<void> {
    const known = this.#projections.logState();
    // A database that never saw this log: what was pruned from it cannot be had any more.
    const unknownBefore = Math.max(0, first - 1 - known.durable);
    const projected = Math.max(known.durable, first - 1) as Sequence;
    const mark = await this.#transactions.run(() => {
      if (known.identity === undefined) this.#projections.setIdentity(identity);
      if (unknownBefore > 0) {
        this.#projections.setProjected(projected);
        this.#deliveries.startAllAfter(projected);
      }
      for (const name of this.#destinations) this.#deliveries.addDestination(name, projected);
      return this.#raiseMark();
    });
    await this.#pruner.start();
    this.#projector = new Projector({
      reader: new LogReader({ files: nodeFiles, directory: logDirectory(this.#directory), after: projected }),
      store: this.#projections,
      transactions: this.#transactions,
      projected,
      onProjected: (sequence) => {
        this.#link.send({ type: 'projected', sequence });
        for (const listener of this.#listeners) listener();
      },
      onFailed: (error) => {
        this.fail(error);
      },
    });
    // Only then can a purchase or a key of an earlier run be found: appends must not begin before.
    await this.#projector.catchUp(durable);
    this.#link.send({ type: 'started', lowWaterMark: mark, unknownBefore });
    this.#marked(mark);
  }

  /** Inside a transaction: invariant 2. */
  #raiseMark(): Sequence {
    const { durable } = this.#projections.logState();
    const mark = lowWaterMark(
      durable,
      this.#destinations.map((name) => this.#deliveries.progress(name)),
    );
    this.#projections.raiseMark(mark);
    return this.#projections.logState().lowWaterMark;
  }

  /** After the commit: invariant 3. */
  #marked(mark: Sequence): void {
    if (mark <= this.#mark && this.#mark > 0) return;
    this.#mark = mark;
    this.#prune();
  }

  #prune(): void {
    const mark = this.#mark;
    this.#pruning ??= this.#pruner
      .prune(mark)
      .then((firstSequence) => {
        if (firstSequence !== undefined) this.#link.send({ type: 'pruned', firstSequence });
      })
      .catch((error: unknown) => {
        this.fail(new JournalFailedError('failed', 'segments could not be removed', { cause: error }));
      })
      .finally(() => {
        this.#pruning = undefined;
        if (this.#mark > mark && !this.#failed) this.#prune();
      });
  }
}
