import type { Check } from './examine.js';
import { count, mebibytes } from './figures.js';
import { growthBytesMax, isEnough, memoryTrend, type MemorySample } from './memory-trend.js';

/** Whether the checkout's memory in use is flat. */
export function memoryIsFlat(samples: readonly MemorySample[]): Check {
  return {
    what: `the checkout's memory in use grows by ${mebibytes(growthBytesMax)} at most`,
    faults: faultsOf(samples),
  };
}

function faultsOf(samples: readonly MemorySample[]): string[] {
  const { purchases, bytesPerPurchase, growthBytes } = memoryTrend(samples);
  if (!isEnough(samples)) return [`${count(purchases)} purchases are too few to tell: soak for longer`];
  if (growthBytes <= growthBytesMax) return [];
  const leak = `${Math.round(bytesPerPurchase)} bytes for each of ${count(purchases)} purchases`;
  return [`it grew by ${mebibytes(growthBytes)}: ${leak}`];
}
