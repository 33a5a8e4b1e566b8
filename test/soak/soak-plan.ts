import { type ReceiverName, type ServiceName, receivers } from '../../shared/shop-client/service-names.js';
import { createRandom, type Random } from '../../shared/customers/random.js';
import { Deck } from './deck.js';
import { climates, type Climate, type Weather } from './weather.js';

/** Something that is done to the shop. */
export type Deed =
  | { readonly kind: 'weather'; readonly receiver: ReceiverName; readonly weather: Weather }
  | { readonly kind: 'kill'; readonly service: ServiceName; readonly downMs: number };

export interface PlannedDeed {
  /** Since the beginning of the part. */
  readonly atMs: number;
  readonly deed: Deed;
}

/** A stretch of sales; after it everything is mended and delivered. */
export interface Part {
  readonly durationMs: number;
  /** In the order of time. */
  readonly deeds: readonly PlannedDeed[];
}

/** What a soak does, all of which follows from the seed. */
export interface SoakPlan {
  /** The destination that gets batches; the other one gets single events. */
  readonly batched: ReceiverName;
  /** Its services are killed now and then, if they may be. */
  readonly restless: Part;
  /** No service dies in these: memory is judged over them, in one life of the checkout. */
  readonly steady: readonly Part[];
}

/** A trend of memory wants some samples. */
const steadyPartsMin = 6;
const steadyPartMsMax = 15_000;
const restlessShare = 1 / 4;
const killPauseMs = { min: 2_000, max: 5_000 };
const downMsMax = 1_500;
const killed: readonly ServiceName[] = ['checkout', 'checkout', 'warehouse', 'finance'];

export function planSoak(seed: number, durationMs: number, kills: boolean): SoakPlan {
  const random = createRandom(seed);
  const batched = random.pick(receivers);
  const decks = receivers.map((receiver) => ({ receiver, deck: new Deck(climates, random) }));
  const weatherOver = (partMs: number) =>
    decks.flatMap(({ receiver, deck }) => weatherOf(receiver, deck, random, partMs));
  const restlessMs = durationMs * restlessShare;
  const steadyMs = durationMs - restlessMs;
  const steadyParts = Math.max(steadyPartsMin, Math.ceil(steadyMs / steadyPartMsMax));
  const part = (partMs: number, more: readonly PlannedDeed[] = []): Part => ({
    durationMs: partMs,
    deeds: [...weatherOver(partMs), ...more].toSorted((one, other) => one.atMs - other.atMs),
  });
  return {
    batched,
    restless: part(restlessMs, kills ? killsOver(random, restlessMs) : []),
    steady: Array.from({ length: steadyParts }, () => part(steadyMs / steadyParts)),
  };
}

/** One weather after the other, without a pause. */
function weatherOf(receiver: ReceiverName, deck: Deck<Climate>, random: Random, partMs: number): PlannedDeed[] {
  const deeds: PlannedDeed[] = [];
  for (let atMs = 0; atMs < partMs;) {
    const weather = deck.deal()(random);
    deeds.push({ atMs, deed: { kind: 'weather', receiver, weather } });
    atMs += weather.durationMs;
  }
  return deeds;
}

function killsOver(random: Random, partMs: number): PlannedDeed[] {
  const deck = new Deck(killed, random);
  const pauseMs = () => random.integer(killPauseMs.min, killPauseMs.max);
  const deeds: PlannedDeed[] = [];
  for (let atMs = pauseMs(); atMs < partMs; atMs += pauseMs()) {
    const deed: Deed = { kind: 'kill', service: deck.deal(), downMs: random.integer(0, downMsMax) };
    deeds.push({ atMs, deed });
  }
  return deeds;
}
