import { describe, expect, it } from '@jest/globals';

import { crashingEffect, crashingObserve } from '../../shared/crash-points/crashing-receiver.js';
import { Died, trialPoint } from '../support/crash-trial.js';

describe('the points of a receiver', () => {
  it('come after the effect and before the commit, so that a crash there has something to take back', () => {
    const applied: number[] = [];
    const effect = crashingEffect((event: number) => applied.push(event), trialPoint('before-commit:2'));
    effect(1);
    expect(() => {
      effect(2);
    }).toThrow(Died);
    expect(applied).toEqual([1, 2]);
  });

  it('come after the commit of an event that is new, and before anyone hears of it', () => {
    const told: string[] = [];
    const observe = crashingObserve((result: string) => told.push(result), trialPoint('after-commit:2'));
    observe('applied');
    observe('duplicate');
    observe('retry');
    expect(() => {
      observe('applied');
    }).toThrow(Died);
    expect(told).toEqual(['applied', 'duplicate', 'retry']);
  });

  it('cost nothing where none is armed: the parts are what they were', () => {
    const part = () => undefined;
    expect(crashingEffect(part, undefined)).toBe(part);
    expect(crashingObserve(part, undefined)).toBe(part);
  });
});
