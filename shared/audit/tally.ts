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

/** Adds up money: numbers as far as those are exact, which is faster, and big integers where they would not be. */
export class MoneyTally {
  readonly #sums = new Map<string, bigint>();

  add(entries: readonly BookEntry[]): void {
    const sums = new Map<string, number>();
    for (const { currency, total } of entries) {
      const sum = sums.get(currency) ?? 0;
      // A sum of purchases is safe for long; a book that was tampered with may say anything.
      if (Number.isSafeInteger(sum + total)) sums.set(currency, sum + total);
      else this.#add(currency, total);
    }
    for (const [currency, sum] of sums) this.#add(currency, sum);
  }

  #add(currency: string, sum: number): void {
    this.#sums.set(currency, (this.#sums.get(currency) ?? 0n) + BigInt(sum));
  }

  get money(): Money {
    return Object.fromEntries(this.#sums);
  }
}
