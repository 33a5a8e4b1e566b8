import type { Block } from './checkout-blocks.js';
import { KindTally, MoneyTally } from './tally.js';
import type { Money } from './types.js';

/** The checkout's own book. */
export class CheckoutTally {
  readonly gaps: KindTally;
  readonly #unknownBefore: number;
  readonly #money = new MoneyTally();
  purchases = 0;

  constructor({ firstMax, unknownBefore }: { readonly firstMax: number; readonly unknownBefore: number }) {
    this.gaps = new KindTally(firstMax);
    this.#unknownBefore = unknownBefore;
  }

  get money(): Money {
    return this.#money.money;
  }

  add({ after, last, purchases }: Block): void {
    this.purchases += purchases.length;
    this.#money.add(purchases);
    let expected = after + 1;
    for (const { sequence } of [...purchases, { sequence: last + 1 }]) {
      for (; expected < sequence; expected += 1) {
        if (expected > this.#unknownBefore) this.gaps.add({ sequence: expected, id: '' }, 'not in its list');
      }
      expected = sequence + 1;
    }
  }
}
