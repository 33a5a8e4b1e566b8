import { describe, expect, it } from '@jest/globals';

import { Histogram } from '../../shared/telemetry/index.js';

describe('a histogram', () => {
  it('counts a value that is just a bound below it, as Prometheus means `le`: a target of 100 ms would look missed', () => {
    const histogram = new Histogram([0.1, 1]);
    for (const value of [0, 0.1, 0.100001, 1, 1.5, 1000]) histogram.observe(value);
    expect(histogram.counts.counts).toEqual([2, 2, 2]);
    expect(histogram.counts.sum).toBeCloseTo(1002.700001);
  });

  it('gives a copy: what is shown of one moment must not go on changing', () => {
    const histogram = new Histogram([1]);
    const { counts } = histogram.counts;
    histogram.observe(1);
    expect(counts).toEqual([0, 0]);
  });
});
