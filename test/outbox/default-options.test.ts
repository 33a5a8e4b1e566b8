import { describe, expect, it } from '@jest/globals';

import { defaultOptions, withDefaults } from '../../shared/outbox/default-options.js';

describe('withDefaults', () => {
  const identity = { name: 'finance', url: 'http://localhost:3002/events', secrets: ['whsec_AAAA'] };

  it('fills in what was not configured and keeps what was', () => {
    const options = withDefaults({ ...identity, batchMax: 100 });
    expect(options).toEqual({ ...defaultOptions, ...identity, batchMax: 100 });
    expect(Object.isFrozen(options)).toBe(true);
  });

  it('has defaults that fit together: a window fills the slots, the bound on what is held contains the window', () => {
    expect(defaultOptions.windowMax).toBeGreaterThan(defaultOptions.inFlightMax);
    expect(defaultOptions.retryingMax).toBeGreaterThanOrEqual(defaultOptions.windowMax);
    expect(defaultOptions.retryDelayMsMin).toBeLessThan(defaultOptions.retryDelayMsMax);
    expect(defaultOptions.circuitDelayMsMin).toBeLessThan(defaultOptions.circuitDelayMsMax);
  });
});
