import { setImmediate } from 'node:timers/promises';

import type { LedgerRun, LedgerSum, Summary } from './types.js';

/** The ledger as the trial balance sees it. */
export interface AddableLedger {
  addUp(afterEntry: number, limit: number): LedgerRun | undefined;
}

/** Small enough to answer deliveries in between, and to keep SQLite's 64-bit sums exact. */
const runEntriesMax = 20_000;

/**
 * Adds up the ledger itself, line by line, rather than a total kept beside it: so `balanced` says what the books say.
 *
 * Owns how far it has come. The ledger only grows, so what was added up once stays true, and a summary costs only what was
 * posted since the last one; the first one after a start reads everything, in runs, with other requests served in between.
 * Each run is taken and added in one go, so summaries that are asked for at the same time share the work.
 */
export class TrialBalance {
  #lastEntry = 0;
  #purchases = 0;
  readonly #sums = new Map<string, LedgerSum>();
  readonly #ledger: AddableLedger;
  readonly #runEntriesMax: number;

  constructor(ledger: AddableLedger, options: { runEntriesMax?: number } = {}) {
    this.#ledger = ledger;
    this.#runEntriesMax = options.runEntriesMax ?? runEntriesMax;
  }

  /** The books as they are now. */
  async summary(): Promise<Summary> {
    while (this.#addRun()) await setImmediate();
    const sums = [...this.#sums.values()].sort((a, b) => (a.currency < b.currency ? -1 : 1));
    return {
      purchases: this.#purchases,
      totals: Object.fromEntries(sums.map(({ currency, sales }) => [currency, Number(sales)])),
      balanced: sums.every(({ debit, credit }) => debit === credit),
    };
  }

  /** Adds the next run; true if there may be another one. */
  #addRun(): boolean {
    const run = this.#ledger.addUp(this.#lastEntry, this.#runEntriesMax);
    if (!run) return false;
    this.#lastEntry = run.lastEntry;
    this.#purchases += run.purchases;
    for (const sum of run.sums) {
      const sofar = this.#sums.get(sum.currency);
      this.#sums.set(sum.currency, sofar ? added(sofar, sum) : sum);
    }
    return run.purchases === this.#runEntriesMax;
  }
}

function added(a: LedgerSum, b: LedgerSum): LedgerSum {
  return { currency: a.currency, debit: a.debit + b.debit, credit: a.credit + b.credit, sales: a.sales + b.sales };
}
