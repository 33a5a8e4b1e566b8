import type { BookEntry } from './types.js';

/** Entries after a sequence, in sequence order, never ending between entries with the same one; empty at the end of the book. */
export type ReadPage = (after: number) => Promise<readonly BookEntry[]>;

/**
 * Reads a book in sequence order, one page ahead of whoever takes from it. Two pages are all that it holds, and what belongs to
 * the block that is being taken.
 */
export class EntryReader {
  readonly #readPage: ReadPage;
  readonly #pageMax: number;
  #page: readonly BookEntry[] = [];
  #index = 0;
  #next: Promise<readonly BookEntry[]>;
  #ended = false;

  /** A page with less than `pageMax` entries reached to the end of the book when it was read. */
  constructor(readPage: ReadPage, pageMax: number) {
    this.#readPage = readPage;
    this.#pageMax = pageMax;
    this.#next = this.#ask(0);
  }

  /** All that is left up to this sequence. */
  async takeUpTo(sequence: number): Promise<BookEntry[]> {
    const taken: BookEntry[] = [];
    for (;;) {
      for (let entry = this.#page[this.#index]; entry; entry = this.#page[this.#index]) {
        if (entry.sequence > sequence) return taken;
        taken.push(entry);
        this.#index += 1;
      }
      if (!(await this.#turn())) return taken;
    }
  }

  /** What is left, page by page, up to where the book ends now: one that grows meanwhile is not run after. */
  async *rest(): AsyncGenerator<readonly BookEntry[]> {
    const left = this.#page.slice(this.#index);
    if (left.length > 0) yield left;
    do {
      if (!(await this.#turn())) return;
      yield this.#page;
    } while (this.#page.length >= this.#pageMax);
  }

  /** Goes on to the next page. Returns false at the end. */
  async #turn(): Promise<boolean> {
    if (this.#ended) return false;
    this.#page = await this.#next;
    this.#index = 0;
    const last = this.#page.at(-1);
    if (last === undefined) {
      this.#ended = true;
      return false;
    }
    this.#next = this.#ask(last.sequence);
    return true;
  }

  #ask(after: number): Promise<readonly BookEntry[]> {
    const page = this.#readPage(after);
    // What fails ahead of time is thrown when it is wanted.
    void Promise.allSettled([page]);
    return page;
  }
}
