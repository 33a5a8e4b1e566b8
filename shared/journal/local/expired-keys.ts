/*
 * Lets go of idempotency keys that have expired, in the background, so that what they take does not grow with the shop's age.
 *
 * Owns the pace. Does not own what has expired: the store knows, from the purchases alone. Invariants:
 * 1. A key goes only once the log does not hold its purchase any more. Whoever fills a lost database from the log finds every key
 *    there that the log's later purchases have met, whatever the clocks said when keys went.
 * 2. Few at a time, a pause after each, and a look at one row where there is nothing to do: settling and projecting, which use the
 *    same transactions, are not held up.
 * 3. The keys and the place that was reached are one transaction, so that a kill repeats nothing and leaves nothing out.
 */
import { GroupTransactionClosedError } from '../../sqlite/index.js';
import type { LogClock, Sequence } from '../../wal/index.js';
import type { IdempotencyKeyStore } from './idempotency-key-store.js';

const purchasesMax = 128;
const pauseMs = 20;
const lookEveryMs = 60_000;

export interface ExpiredKeysOptions {
  readonly store: Pick<IdempotencyKeyStore, 'canLetGo' | 'letGo'>;
  /** Runs the work in a transaction; resolves when that is durable. */
  readonly commit: <T>(work: () => T) => Promise<T>;
  readonly clock: Pick<LogClock, 'schedule'>;
  /** Called once; nothing is done after that. */
  readonly onFailed: (error: unknown) => void;
}

export class ExpiredKeys {
  readonly #options: ExpiredKeysOptions;
  /** Invariant 1. */
  #logBegin = 0 as Sequence;
  #running: Promise<void> | undefined;
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(options: ExpiredKeysOptions) {
    this.#options = options;
  }

  /** Begins, with a log whose first entry is this one. */
  start(logBegin: Sequence): void {
    this.pruned(logBegin);
    this.#wait(pauseMs);
  }

  /** Tells that the log begins with this entry now, durably. */
  pruned(logBegin: Sequence): void {
    if (logBegin > this.#logBegin) this.#logBegin = logBegin;
  }

  /** Waits for the transaction under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#running;
  }

  #wait(ms: number): void {
    if (this.#stopped) return;
    this.#cancel = this.#options.clock.schedule(ms, () => {
      this.#running = this.#run();
    });
  }

  async #run(): Promise<void> {
    const { store, commit, onFailed } = this.#options;
    const end = this.#logBegin;
    try {
      const more = store.canLetGo(end) && (await commit(() => store.letGo(end, purchasesMax)));
      this.#wait(more ? pauseMs : lookEveryMs);
    } catch (error) {
      // Taken back because the database is being closed: the next start goes on from there.
      if (error instanceof GroupTransactionClosedError) return;
      this.#stopped = true;
      onFailed(error);
    }
  }
}
