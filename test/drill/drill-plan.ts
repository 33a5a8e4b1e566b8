import { type ReceiverName, type ServiceName, receivers } from '../../shared/shop-client/service-names.js';
import { createRandom, type Random } from '../../shared/customers/random.js';
import type { PointName } from '../../shared/crash-points/points.js';
import { Deck } from '../soak/deck.js';
import { livesTo, needsFairWeather, pointsOf } from './crash-cards.js';
import { hangs, WeatherDeck } from './drill-weather.js';
import type { Blow, Fall, Round } from './types.js';

/** What a drill does, all of which follows from the seed. */
export interface DrillPlan {
  /** The destination that gets batches; the other one gets single events. */
  readonly batched: ReceiverName;
  /** With as many blows as were asked for. */
  readonly rounds: readonly Round[];
}

/** Between two audits. */
const blowsInLeg = 25;
const salesMs = { min: 20, max: 800 };
const downMsMax = 600;
const fallDelayMsMax = 300;
/** A service is ready after 600 ms or more. */
const startingMsMax = 700;

const fallsCards: readonly number[] = [1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3];
const serviceCards: readonly ServiceName[] = ['checkout', 'checkout', 'checkout', 'warehouse', 'finance'];
const fallCards = ['kill', 'kill', 'kill-starting', 'crash-point', 'crash-point', 'crash-point'] as const;

export function planDrill(seed: number, kills: number): DrillPlan {
  const random = createRandom(seed);
  const dealer = new RoundDealer(random);
  const batched = random.pick(receivers);
  const rounds: Round[] = [];
  for (let left = kills; left > 0;) {
    const round = atMost(left, dealer.deal());
    rounds.push(round);
    left -= blowsIn(round);
  }
  return { batched, rounds };
}

export function blowsIn({ falls }: Round): number {
  return falls.reduce((sum, { blows }) => sum + blows.length, 0);
}

/** The rounds in stretches of so many blows, or a few more. */
export function legsOf(rounds: readonly Round[], blowsMin = blowsInLeg): Round[][] {
  const legs: Round[][] = [];
  let blows = blowsMin;
  for (const round of rounds) {
    if (blows >= blowsMin) {
      legs.push([]);
      blows = 0;
    }
    legs.at(-1)?.push(round);
    blows += blowsIn(round);
  }
  return legs;
}

class RoundDealer {
  readonly #random: Random;
  readonly #numbers: Deck<number>;
  readonly #services: Deck<ServiceName>;
  readonly #falls: Deck<(typeof fallCards)[number]>;
  readonly #points: Readonly<Record<ServiceName, Deck<PointName>>>;
  readonly #weathers: WeatherDeck;

  constructor(random: Random) {
    const points = (service: ServiceName) => new Deck(pointsOf(service), random);
    this.#random = random;
    this.#numbers = new Deck(fallsCards, random);
    this.#services = new Deck(serviceCards, random);
    this.#falls = new Deck(fallCards, random);
    this.#points = { checkout: points('checkout'), warehouse: points('warehouse'), finance: points('finance') };
    this.#weathers = new WeatherDeck(random);
  }

  deal(): Round {
    const falls = this.#dealServices().map((service, index) => this.#dealFall(service, index === 0));
    const blows = falls.flatMap((fall) => fall.blows);
    const weather = this.#weathers.deal(blows.some((blow) => blow.kind === 'crash-point' && needsFairWeather(blow.at)));
    for (const receiver of receivers) {
      // Nothing else ends what hangs.
      const lives = falls.every(({ service }) => service !== receiver);
      if (hangs(weather[receiver]) && lives) falls.push(this.#fall(receiver, false, [this.#kill()]));
    }
    return { weather, salesMs: this.#random.integer(salesMs.min, salesMs.max), falls };
  }

  #dealServices(): ServiceName[] {
    const wanted = this.#numbers.deal();
    const services = new Set<ServiceName>();
    while (services.size < wanted) services.add(this.#services.deal());
    return [...services];
  }

  #dealFall(service: ServiceName, first: boolean): Fall {
    const downMs = () => this.#downMs();
    switch (this.#falls.deal()) {
      case 'kill':
        return this.#fall(service, first, [this.#kill()]);
      case 'kill-starting': {
        const afterMs = this.#random.integer(0, startingMsMax);
        return this.#fall(service, first, [this.#kill(), { kind: 'kill-starting', afterMs, downMs: downMs() }]);
      }
      case 'crash-point': {
        const lives = livesTo(this.#points[service].deal(), this.#random);
        const blows = lives.map((at): Blow => ({ kind: 'crash-point', at, downMs: downMs() }));
        return this.#fall(service, first, [this.#kill(), ...blows]);
      }
    }
  }

  #fall(service: ServiceName, first: boolean, blows: readonly Blow[]): Fall {
    return { service, delayMs: first ? 0 : this.#random.integer(0, fallDelayMsMax), blows };
  }

  #kill(): Blow {
    return { kind: 'kill', downMs: this.#downMs() };
  }

  /** Often none. */
  #downMs(): number {
    return Math.max(0, this.#random.integer(-downMsMax / 2, downMsMax));
  }
}

/** The round with no more than so many blows. */
function atMost(blowsMax: number, round: Round): Round {
  let left = blowsMax;
  const falls = round.falls.flatMap((fall): Fall[] => {
    const blows = fall.blows.slice(0, left);
    left -= blows.length;
    return blows.length > 0 ? [{ ...fall, blows }] : [];
  });
  return { ...round, falls };
}
