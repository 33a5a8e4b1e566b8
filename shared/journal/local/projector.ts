/*
 * The projector copies what is durable in the log into the database, in batches, as fast as the database takes it.
 *
 * Owns its reader. Invariants:
 * 1. A batch is one transaction: its purchases and the sequence projected so far stand or fall together.
 * 2. `onProjected` is called after the commit, so whoever hears of it finds the purchases in the database.
 * 3. One batch is under way at a time; what becomes durable meanwhile waits in the log, not in memory.
 * 4. Nothing is projected behind a batch that failed: the reader has gone past it, and what was left out would never be
 *    delivered while the mark, and then the pruner, pass it.
 */
import { GroupTransactionClosedError, type GroupTransaction } from '../../sqlite/index.js';
import type { LogReader, Sequence } from '../../wal/index.js';
import type { ProjectionStore } from './projection-store.js';

const batchEntriesMax = 256;

export interface ProjectorOptions {
  readonly reader: Pick<LogReader, 'read' | 'close'>;
  readonly store: Pick<ProjectionStore, 'insert' | 'setProjected'>;
  readonly transactions: Pick<GroupTransaction, 'run'>;
  /** What the database holds already. */
  readonly projected: Sequence;
  readonly onProjected: (sequence: Sequence) => void;
  /** Called once. */
  readonly onFailed: (error: unknown) => void;
}

export class Projector {
  readonly #options: ProjectorOptions;
  #projected: Sequence;
  #durable: Sequence;
  #running: Promise<void> | undefined;
  #failure: Error | undefined;
  #stopped = false;

  constructor(options: ProjectorOptions) {
    this.#options = options;
    this.#projected = options.projected;
    this.#durable = options.projected;
  }

  /** Tells that the log is durable up to here. */
  advance(durable: Sequence): void {
    if (durable > this.#durable) this.#durable = durable;
    if (this.#running || this.#stopped || this.#projected >= this.#durable) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      this.advance(this.#durable);
    });
  }

  /** Resolves when the database holds everything up to `durable`; rejects when it cannot. */
  async catchUp(durable: Sequence): Promise<void> {
    this.advance(durable);
    await this.#running;
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#projected < durable) throw new Error(`stopped before entry ${durable} was in the database`);
  }

  /** Lets the batch under way finish, if it can be committed. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
    await this.#options.reader.close();
  }

  async #run(): Promise<void> {
    try {
      while (this.#projected < this.#durable && !this.#stopped) await this.#projectBatch();
    } catch (error) {
      // Taken back because the database is being closed: the next start projects it.
      if (this.#stopped && error instanceof GroupTransactionClosedError) return;
      this.#stopped = true;
      this.#failure = error instanceof Error ? error : new Error(String(error));
      this.#options.onFailed(this.#failure);
    }
  }

  async #projectBatch(): Promise<void> {
    const { reader, store, transactions, onProjected } = this.#options;
    const entries = await reader.read(this.#durable, batchEntriesMax);
    const [first, last] = [entries.at(0)?.sequence, entries.at(-1)?.sequence];
    if (first !== this.#projected + 1 || last === undefined) {
      throw new Error(`entry ${this.#projected + 1} was to be projected, but the log goes on with ${first ?? 'none'}`);
    }
    await transactions.run(() => {
      for (const entry of entries) store.insert(entry);
      store.setProjected(last);
    });
    this.#projected = last;
    onProjected(last);
  }
}
