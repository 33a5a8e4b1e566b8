import type { BookEntry, Example, Kind, Money } from './types.js';

/** Counts those of a kind and keeps the first. */
export class KindTally {
  readonly #firstMax: number;
  readonly #first: Example[] = [];
  #count = 0;

  constructor(firstMax: number) {
    this.#firstMax = firstMax;
  }

  add({ sequence, id }: Pick<BookEntry, 'sequence' | 'id'>, detail?: string): void {
    this.#count += 1;
    if (this.#first.length < this.#firstMax)
      this.#first.push({ sequence, id, ...(detail !== undefined && { detail }) });
  }

  get kind(): Kind {
    return { count: this.#count, first: this.#first };
  }
}

/** Adds up money. */
export class MoneyTally {
  readonly #sums = new Map<string, bigint>();

  /** A page at a time: the sum of a page is a safe integer, that of a book need not be. */
  add(entries: readonly BookEntry[]): void {
    const sums = new Map<string, number>();
    for (const { currency, total } of entries) sums.set(currency, (sums.get(currency) ?? 0) + total);
    for (const [currency, sum] of sums) this.#sums.set(currency, (this.#sums.get(currency) ?? 0n) + BigInt(sum));
  }

  get money(): Money {
    return Object.fromEntries(this.#sums);
  }
}
