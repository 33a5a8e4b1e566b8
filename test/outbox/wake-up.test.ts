import { describe, expect, it } from '@jest/globals';

import { WakeUp } from '../../shared/outbox/wake-up.js';
import { settled } from '../support/manual-clock.js';

describe('WakeUp', () => {
  it('sleeps until it is called', async () => {
    const wakeUp = new WakeUp();
    let awake = false;
    const waiting = wakeUp.wait().then(() => (awake = true));
    await settled();
    expect(awake).toBe(false);
    wakeUp.call();
    await waiting;
    expect(awake).toBe(true);
  });

  it('remembers a call that came while nobody slept: else a purchase would lie until the next one', async () => {
    const wakeUp = new WakeUp();
    wakeUp.call();
    wakeUp.call();
    await wakeUp.wait();
    let awake = false;
    void wakeUp.wait().then(() => (awake = true));
    await settled();
    expect(awake).toBe(false);
  });
});
