/*
 * The projector copies what is durable in the log into the database, in batches, as fast as the database takes it.
 *
 * Owns its reader. Invariants:
 * 1. A batch is one transaction: its purchases and the sequence projected so far stand or fall together.
 * 2. `onProjected` is called after the commit, so whoever hears of it finds the purchases in the database.
 * 3. One batch is under way at a time; what becomes durable meanwhile waits in the log, not in memory.
 */
import type { GroupTransaction } from '../../sqlite/index.js';
import type { LogReader, Sequence } from '../../wal/index.js';
import type { ProjectionStore } from './projection-store.js';

const batchEntriesMax = 256;

export interface ProjectorOptions {
  readonly reader: LogReader;
  readonly store: ProjectionStore;
  readonly transactions: GroupTransaction;
  readonly projected: Sequence;
  readonly onProjected: (sequence: Sequence) => void;
  readonly onFailed: (error: unknown) => void;
}

export class Projector {
  readonly #options: ProjectorOptions;
  #projected: Sequence;
  #durable: Sequence;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(options: ProjectorOptions) {
    this.#options = options;
    this.#projected = options.projected;
    this.#durable = options.projected;
  }

  get projected(): Sequence {
    return this.#projected;
  }

  /** Tells that the log is durable up to here. */
  advance(durable: Sequence): void {
    if (durable > this.#durable) this.#durable = durable;
    if (this.#running || this.#stopped || this.#projected >= this.#durable) return;
    this.#running = this.#run()
      .catch(this.#options.onFailed)
      .finally(() => {
        this.#running = undefined;
        this.advance(this.#durable);
      });
  }

  /** Lets the batch under way finish. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
    await this.#options.reader.close();
  }

  async #run(): Promise<void> {
    const { reader, store, transactions, onProjected } = this.#options;
    while (this.#projected < this.#durable && !this.#stopped) {
      const entries = await reader.read(this.#durable, batchEntriesMax);
      const last = entries.at(-1)?.sequence;
      if (last === undefined)
        throw new Error(`the log is durable up to ${this.#durable} but ends at ${this.#projected}`);
      await transactions.run(() => {
        for (const entry of entries) store.insert(entry);
        store.setProjected(last);
      });
      this.#projected = last;
      onProjected(last);
    }
  }
}
