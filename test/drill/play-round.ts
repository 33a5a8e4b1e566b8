import { setTimeout as sleep } from 'node:timers/promises';

import { receivers } from '../../shared/shop-client/service-names.js';
import type { Shop } from '../../shared/shop-processes/shop.js';
import type { Caretaker } from '../soak/caretaker.js';
import { isFair, losesAnswers } from './drill-weather.js';
import { play, type Struck } from './fall.js';
import { repeatsBetween, type RepeatMeter, type Repeats } from './repeat-meter.js';
import type { Death, Round, RoundResult } from './types.js';

export interface RoundSurroundings {
  readonly shop: Shop;
  readonly caretaker: Caretaker;
  readonly meter: RepeatMeter;
  readonly onDeath: () => void;
}

/**
 * Makes the weather, lets services die in it, clears the weather when all are ready again, and returns once everything from
 * before that is delivered: so what is repeated because of a round is repeated by then.
 *
 * All services must run, with clear weather. @throws if one ends by itself, or does not become ready, or does not deliver
 */
export async function playRound(round: Round, surroundings: RoundSurroundings): Promise<RoundResult> {
  const { shop, caretaker, meter, onDeath } = surroundings;
  for (const receiver of receivers) await caretaker.setWeather(receiver, round.weather[receiver]);
  const before = await meter.read();
  await sleep(round.salesMs);
  const falls = await allDone(round.falls.map((fall) => play(fall, shop, meter, onDeath)));
  const lives = falls.flatMap((struck) => struck.slice(-1).map(({ life }) => life));
  for (const life of lives) await life.untilReady();
  await caretaker.clear();
  for (const life of lives) await life.untilDelivers();
  await caretaker.deliverUpTo((await shop.status()).log.durableSequence);
  const after = await meter.read();
  return { deaths: falls.flatMap((struck) => deathsOf(struck, round, after)), repeats: repeatsBetween(before, after) };
}

/** Waits for all, also where one fails: none may start a service after that. @throws what the first one threw */
async function allDone<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

function deathsOf(struck: readonly Struck[], round: Round, repeatsAfter: Repeats): Death[] {
  const alone = round.falls.length === 1;
  const weathers = Object.values(round.weather);
  const deliveriesTell = alone && weathers.every(isFair);
  const repeatsTell = alone && !weathers.some(losesAnswers);
  return struck.map(({ service, cause, armed, dyingMs, repeatsBefore, life }, index) => {
    const since = (ms: number | undefined) => (ms === undefined ? undefined : dyingMs + ms);
    const repeats = repeatsBetween(repeatsBefore, struck[index + 1]?.repeatsBefore ?? repeatsAfter);
    return {
      ...{ service, cause, armed, recovery: life.recovery, readyMs: since(life.readyMs) },
      firstDeliveryMs: deliveriesTell ? since(life.firstDeliveryMs) : undefined,
      repeats: repeatsTell ? repeats : undefined,
    };
  });
}
