import { describe, expect, it } from '@jest/globals';

import type { ServiceName } from '../../shared/shop-client/service-names.js';
import type { Weather } from '../soak/weather.js';
import { heldMax } from './drill-shop.js';
import { RepeatJudge, repeatsMax } from './repeat-bound.js';
import type { Blow, Round } from './types.js';

const well: Weather = { words: 'well', durationMs: 0, faults: {}, paused: false };
const down: Weather = { ...well, faults: { status: 503, rate: 0.5 } };
const cutting: Weather = { ...well, faults: { dropAfterCommitRate: 0.1 } };
const hanging: Weather = { ...well, faults: { hangRate: 0.1 } };
const kill: Blow = { kind: 'kill', downMs: 0 };

function round(falls: Partial<Record<ServiceName, number>>, weather: Partial<Round['weather']> = {}): Round {
  return {
    weather: { warehouse: well, finance: well, ...weather },
    salesMs: 0,
    falls: Object.entries(falls).map(([service, blows]) => ({
      service: service as ServiceName,
      delayMs: 0,
      blows: Array.from({ length: blows }, () => kill),
    })),
  };
}

describe('how much a death may repeat', () => {
  it('is what a lane can hold, for each death of the checkout, at either receiver', () => {
    expect(repeatsMax(round({ checkout: 1 }), 'warehouse')).toBe(heldMax);
    expect(repeatsMax(round({ checkout: 3 }), 'finance')).toBe(3 * heldMax);
  });

  it('is that for each death of the receiver itself, and nothing when the other one dies', () => {
    expect(repeatsMax(round({ finance: 2 }), 'finance')).toBe(2 * heldMax);
    expect(repeatsMax(round({ finance: 2 }), 'warehouse')).toBe(0);
    expect(repeatsMax(round({ finance: 2, checkout: 1 }), 'warehouse')).toBe(heldMax);
    expect(repeatsMax(round({ finance: 2, checkout: 1 }), 'finance')).toBe(3 * heldMax);
  });

  it('cannot be told where the weather loses answers, and can where purchases are refused before they are stored', () => {
    const dies = { checkout: 1 };
    expect(repeatsMax(round(dies, { finance: cutting }), 'finance')).toBeUndefined();
    expect(repeatsMax(round(dies, { finance: hanging }), 'finance')).toBeUndefined();
    expect(repeatsMax(round(dies, { finance: cutting }), 'warehouse')).toBe(heldMax);
    expect(repeatsMax(round(dies, { finance: down }), 'finance')).toBe(heldMax);
  });
});

describe('the judge of repeats', () => {
  it('names the round in which more was repeated than could be in flight', () => {
    const judge = new RepeatJudge();
    judge.judge(1, round({ checkout: 1 }), { warehouse: heldMax, finance: 0 });
    expect(judge.faults).toEqual({ concerned: [], unconcerned: [] });
    judge.judge(2, round({ checkout: 1 }), { warehouse: 0, finance: heldMax + 1 });
    expect(judge.faults.concerned).toEqual([
      `round 2: ${heldMax + 1} repeats at finance after 1 of checkout; at most ${heldMax} can be`,
    ]);
    expect(judge.judged).toEqual({ concerned: 4, unconcerned: 0 });
  });

  it('names the round in which the death of one receiver repeated a purchase at the other', () => {
    const judge = new RepeatJudge();
    judge.judge(1, round({ finance: 1 }), { warehouse: 0, finance: 5 });
    expect(judge.faults.unconcerned).toEqual([]);
    judge.judge(2, round({ finance: 1 }), { warehouse: 1, finance: 0 });
    expect(judge.faults).toEqual({
      concerned: [],
      unconcerned: ['round 2: 1 repeats at warehouse after 1 of finance; at most 0 can be'],
    });
    expect(judge.judged).toEqual({ concerned: 2, unconcerned: 2 });
  });
});
