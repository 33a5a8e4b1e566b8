import type { ReceiverName } from '../../shared/shop-client/service-names.js';
import type { Random } from '../../shared/customers/random.js';
import { Deck } from '../soak/deck.js';
import { climates, type Climate, type Weather } from '../soak/weather.js';

const fair: Weather = { words: 'well', durationMs: 0, faults: {}, paused: false };

export function isFair({ faults, paused }: Weather): boolean {
  return Object.keys(faults).length === 0 && !paused;
}

/** Whether requests are left without an answer for ever: only a kill ends those before their time-out. */
export function hangs({ faults }: Weather): boolean {
  return faults.hangRate !== undefined;
}

/** Whether a receiver itself makes for repeats, by storing purchases and giving no answer. */
export function losesAnswers(weather: Weather): boolean {
  return hangs(weather) || weather.faults.dropAfterCommitRate !== undefined;
}

/** Deals the weather of rounds: fair in every second one or so, to tell what a kill alone does. */
export class WeatherDeck {
  readonly #random: Random;
  readonly #fairOrNot: Deck<boolean>;
  readonly #decks: Readonly<Record<ReceiverName, Deck<Climate>>>;

  constructor(random: Random) {
    this.#random = random;
    this.#fairOrNot = new Deck([true, false], random);
    this.#decks = { warehouse: new Deck(climates, random), finance: new Deck(climates, random) };
  }

  deal(mustBeFair: boolean): Readonly<Record<ReceiverName, Weather>> {
    if (mustBeFair || this.#fairOrNot.deal()) return { warehouse: fair, finance: fair };
    const at = (receiver: ReceiverName) => this.#decks[receiver].deal()(this.#random);
    return { warehouse: at('warehouse'), finance: at('finance') };
  }
}
