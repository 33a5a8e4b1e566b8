import type { PurchaseLine } from './types.js';

/** One line for each SKU, in the order of their first mention. */
export function mergeLines(items: readonly PurchaseLine[]): PurchaseLine[] {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of items) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return Array.from(quantities, ([sku, quantity]) => ({ sku, quantity }));
}
