import { describe, expect, it } from '@jest/globals';

import { defaultOptions, withDefaults } from '../../shared/outbox/default-options.js';

describe('withDefaults', () => {
  const identity = { name: 'finance', url: 'http://localhost:3002/events', secrets: ['whsec_AAAA'] };

  it('fills in what was not configured and keeps what was', () => {
    const options = withDefaults({ ...identity, batchMax: 100 });
    expect(options).toEqual({ ...defaultOptions, ...identity, batchMax: 100, windowMax: 1000, retryingMax: 2000 });
    expect(Object.isFrozen(options)).toBe(true);
    expect(withDefaults({ ...identity, windowMax: 7 })).toMatchObject({ windowMax: 7, retryingMax: 14 });
    expect(withDefaults({ ...identity, windowMax: 7, retryingMax: 7 })).toMatchObject({ windowMax: 7, retryingMax: 7 });
  });

  it('has defaults that fit together: a window fills the slots, the bound on what is held contains the window', () => {
    for (const batchMax of [1, 2, 51, 100, 500]) {
      const { windowMax, inFlightMax, retryingMax } = withDefaults({ ...identity, batchMax });
      expect(windowMax).toBeGreaterThan(inFlightMax);
      expect(windowMax).toBeGreaterThanOrEqual(4 * batchMax);
      expect(windowMax).toBeLessThanOrEqual(2048);
      expect(retryingMax).toBeGreaterThanOrEqual(windowMax);
    }
    expect(defaultOptions.retryDelayMsMin).toBeLessThan(defaultOptions.retryDelayMsMax);
    expect(defaultOptions.circuitDelayMsMin).toBeLessThan(defaultOptions.circuitDelayMsMax);
  });
});
