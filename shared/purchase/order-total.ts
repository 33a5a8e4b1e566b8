import type { Item } from './types.js';

/**
 * Sum of quantity × unitPrice, in minor units. Exact as long as it is a safe integer; beyond that it is still larger than
 * any limit, so a comparison against `limits.totalMax` holds.
 */
export function orderTotal(items: readonly Item[]): number {
  let total = 0;
  for (const { quantity, unitPrice } of items) total += quantity * unitPrice;
  return total;
}
