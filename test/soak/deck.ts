import type { Random } from '../../shared/customers/random.js';

/** Deals cards in an order that follows from the random numbers; none comes again before all others have come. */
export class Deck<Card> {
  readonly #cards: readonly Card[];
  readonly #random: Random;
  #left: Card[] = [];

  constructor(cards: readonly Card[], random: Random) {
    this.#cards = cards;
    this.#random = random;
  }

  deal(): Card {
    if (this.#left.length === 0) this.#left = [...this.#cards];
    const [card] = this.#left.splice(this.#random.integer(0, this.#left.length - 1), 1);
    if (card === undefined) throw new RangeError('a deck has no cards');
    return card;
  }
}
