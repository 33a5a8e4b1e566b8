import { describe, expect, it } from '@jest/globals';

import { type ReceiverName, receivers } from '../../shared/shop-client/service-names.js';
import { createRandom } from '../../shared/customers/random.js';
import { planSoak, type Part, type SoakPlan } from './soak-plan.js';
import { climates } from './weather.js';

const threeMinutes = 180_000;
const seeds = Array.from({ length: 50 }, (_, index) => index);
const parts = ({ restless, steady }: SoakPlan): Part[] => [restless, ...steady];
const weathersAt = (receiver: ReceiverName, plan: SoakPlan): string[] =>
  parts(plan).flatMap(({ deeds }) =>
    deeds.flatMap(({ deed }) => (deed.kind === 'weather' && deed.receiver === receiver ? [deed.weather.words] : [])),
  );
const killsIn = ({ deeds }: Part) => deeds.filter(({ deed }) => deed.kind === 'kill').length;

describe('the plan of a soak', () => {
  it('is the same for the same seed, so that a run that failed can be had again, and another for another seed', () => {
    expect(planSoak(7, threeMinutes, true)).toEqual(planSoak(7, threeMinutes, true));
    expect(planSoak(7, threeMinutes, true)).not.toEqual(planSoak(8, threeMinutes, true));
  });

  it('has every weather there is at each destination, on ways of its own, also in a minute', () => {
    const all = climates.map((climate) => climate(createRandom(1)).words).toSorted();
    expect(new Set(all).size).toBe(climates.length);
    for (const seed of seeds) {
      const plan = planSoak(seed, threeMinutes / 3, true);
      for (const receiver of receivers) expect([...new Set(weathersAt(receiver, plan))].toSorted()).toEqual(all);
      expect(weathersAt('warehouse', plan)).not.toEqual(weathersAt('finance', plan));
    }
  });

  it('kills in its first part and in no other, and not at all when it may not', () => {
    for (const seed of seeds) {
      const plan = planSoak(seed, threeMinutes, true);
      expect(killsIn(plan.restless)).toBeGreaterThan(3);
      expect(plan.steady.map(killsIn)).toEqual(plan.steady.map(() => 0));
      expect(parts(planSoak(seed, threeMinutes, false)).map(killsIn)).toEqual(parts(plan).map(() => 0));
    }
  });

  it('takes as long as was asked for, in the order of time', () => {
    const plan = planSoak(1, threeMinutes, true);
    const total = parts(plan).reduce((sum, { durationMs }) => sum + durationMs, 0);
    expect(total).toBeCloseTo(threeMinutes);
    for (const { deeds, durationMs } of parts(plan)) {
      const times = deeds.map(({ atMs }) => atMs);
      expect(times).toEqual(times.toSorted((one, other) => one - other));
      expect(times.at(-1)).toBeLessThan(durationMs);
    }
  });
});
