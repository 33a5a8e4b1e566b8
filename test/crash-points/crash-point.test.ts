import { describe, expect, it } from '@jest/globals';

import { Died, trialPoint } from '../support/crash-trial.js';

describe('a crash point', () => {
  it('is the end at the passage it names, no sooner and for no other point', () => {
    const point = trialPoint('after-sync:3');
    point.pass('after-sync');
    point.pass('before-sync');
    point.pass('after-sync');
    point.pass('before-sync');

    expect(() => {
      point.pass('after-sync');
    }).toThrow(new Died('crash point after-sync, passage 3: killed'));
  });

  it('lets something be done before the end, where that is half of a write', () => {
    const point = trialPoint('mid-write:2');
    expect([point.reaches('mid-write'), point.reaches('mid-write')]).toEqual([false, true]);
    expect(() => point.die()).toThrow(Died);
  });
});
