import type { AcknowledgedPurchases } from './acknowledged-purchases.js';
import type { Block } from './checkout-blocks.js';
import { KindTally } from './tally.js';
import type { AcknowledgedReport, BookEntry } from './types.js';

/** Holds what customers were told against the checkout's book, block by block. */
export class AcknowledgedAudit {
  readonly #told: AcknowledgedPurchases;
  readonly #lost: KindTally;
  readonly #differs: KindTally;
  readonly #unknown: KindTally;
  readonly #unknownBefore: number;
  #next = 0;

  constructor(told: AcknowledgedPurchases, { firstMax, unknownBefore }: { firstMax: number; unknownBefore: number }) {
    this.#told = told;
    this.#lost = new KindTally(firstMax);
    this.#differs = new KindTally(firstMax);
    this.#unknown = new KindTally(firstMax);
    this.#unknownBefore = unknownBefore;
  }

  judge({ last, purchases }: Block): void {
    const bySequence = new Map(purchases.map((purchase) => [purchase.sequence, purchase]));
    for (const told of this.#takeUpTo(last)) {
      const purchase = bySequence.get(told.sequence);
      if (!purchase && told.sequence <= this.#unknownBefore) this.#unknown.add(told);
      else if (purchase?.id !== told.id) this.#lost.add(told, describeOther(purchase));
      else if (purchase.total !== told.total || purchase.currency !== told.currency) {
        this.#differs.add(told, `told ${words(told)}, and there ${words(purchase)}`);
      }
    }
  }

  /** What was told before the audit began, and lies behind its end, is lost: the log does not reach so far. */
  judgeRest(): void {
    for (const told of this.#takeUpTo(Infinity)) {
      this.#lost.add(told, 'the log of the checkout does not reach so far');
    }
  }

  *#takeUpTo(last: number): Generator<BookEntry> {
    for (let told = this.#told.at(this.#next); told && told.sequence <= last; told = this.#told.at(this.#next)) {
      this.#next += 1;
      yield told;
    }
  }

  get report(): AcknowledgedReport {
    return { told: this.#told.size, lost: this.#lost.kind, differs: this.#differs.kind, unknown: this.#unknown.kind };
  }
}

function describeOther(purchase: BookEntry | undefined): string {
  return purchase ? `under its number there is ${purchase.id}` : 'there is nothing under its number';
}

function words({ total, currency }: BookEntry): string {
  return `${total} ${currency}`;
}
