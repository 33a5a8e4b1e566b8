import { describe, expect, it } from '@jest/globals';

import { createRandom } from '../../shared/customers/random.js';
import { growthBytesMax, memoryTrend, purchasesMin, type MemorySample } from './memory-trend.js';

const random = createRandom(1);
const warm = 28 * 2 ** 20;

/** Five samples that count, and the one of the warm-up, over the fewest purchases that are judged. */
function samples(bytesPerPurchase: number, noiseBytes = 0): MemorySample[] {
  const between = purchasesMin / 4;
  const counting = [0, 1, 2, 3, 4].map((index) => ({
    purchases: 1000 + index * between,
    liveBytes: warm + index * between * bytesPerPurchase + (random.next() - 0.5) * noiseBytes,
  }));
  return [{ purchases: 500, liveBytes: warm / 2 }, ...counting];
}

describe('the trend of memory in use', () => {
  it('is the slope between samples, whatever the warm-up before them was', () => {
    expect(memoryTrend(samples(1000))).toEqual({
      purchases: purchasesMin,
      bytesPerPurchase: 1000,
      growthBytes: 1000 * purchasesMin,
    });
    expect(memoryTrend(samples(0)).growthBytes).toBe(0);
  });

  it('is not moved by one sample that is off', () => {
    const off = samples(0).map((sample, index) => (index === 3 ? { ...sample, liveBytes: 2 * warm } : sample));
    expect(memoryTrend(off).growthBytes).toBe(0);
  });

  it('tells a leak of a kilobyte for each purchase from none, with the noise that was seen', () => {
    const noiseBytes = 0.4 * 2 ** 20;
    for (let run = 0; run < 1000; run += 1) {
      expect(memoryTrend(samples(1024, noiseBytes)).growthBytes).toBeGreaterThan(growthBytesMax);
      expect(memoryTrend(samples(0, noiseBytes)).growthBytes).toBeLessThan(growthBytesMax);
    }
  });
});
