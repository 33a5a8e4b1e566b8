import type { Entry, Sequence } from '../../outbox/types.js';
import type { ProjectionStore } from './projection-store.js';

/** While a backlog is drained, several windows of a lane: what is let go of before another lane has come to it is read again. */
const entriesMax = 8192;
/** At the end of the journal, lanes that keep up are close together. */
const entriesMaxAtEnd = 512;
const bytesMax = 4 * 1024 * 1024;

/**
 * Reads entries for all lanes, and keeps the run of them that was read last: lanes that go along beside each other find there what
 * the first of them has read and put together. With two lanes that saved a twelfth of the delivery thread's work.
 *
 * What is kept is bounded in entries and in the bytes of their bodies. An entry never changes, so that it can be kept at all.
 */
export class EntryPages {
  readonly #store: Pick<ProjectionStore, 'entriesAfter'>;
  /** Without gaps. */
  #run: Entry[] = [];
  #bytes = 0;

  constructor(store: Pick<ProjectionStore, 'entriesAfter'>) {
    this.#store = store;
  }

  /** Entries after `after`, in sequence, at most `limit`; empty at the end. */
  after(after: Sequence, limit: number): Entry[] {
    const kept = this.#keptAfter(after, limit);
    if (kept.length > 0) return kept;
    const entries = this.#store.entriesAfter(after, limit);
    for (const entry of entries) this.#keep(entry);
    this.#trim(entries.length < limit ? entriesMaxAtEnd : entriesMax);
    return entries;
  }

  #keptAfter(after: Sequence, limit: number): Entry[] {
    const [first] = this.#run;
    if (first === undefined || after + 1 < first.sequence) return [];
    const start = after + 1 - first.sequence;
    return this.#run.slice(start, start + limit);
  }

  #keep(entry: Entry): void {
    const last = this.#run.at(-1);
    if (last !== undefined && entry.sequence !== last.sequence + 1) {
      this.#run = [];
      this.#bytes = 0;
    }
    this.#run.push(entry);
    this.#bytes += entry.body.length;
  }

  /** Lets go of the oldest. */
  #trim(max: number): void {
    let gone = 0;
    while (this.#run.length - gone > max || this.#bytes > bytesMax) {
      this.#bytes -= this.#run[gone]?.body.length ?? 0;
      gone += 1;
    }
    if (gone > 0) this.#run.splice(0, gone);
  }
}
