import { orderTotal } from '../../shared/purchase/index.js';
import type { Acknowledged } from '../../shared/customers/purchase-stream.js';
import type { Audited, FinanceSummary, WarehouseSummary } from '../../shared/shop-client/shop-answers.js';

/** What the books must hold, if what customers were told is true. */
export interface ExpectedBooks {
  /** In sequence order. */
  readonly rows: readonly Audited[];
  readonly warehouse: WarehouseSummary;
  readonly finance: FinanceSummary;
}

export function expectedBooks(acknowledged: readonly Acknowledged[]): ExpectedBooks {
  const rows = acknowledged
    .map(({ order, purchase: { id, sequence } }) => ({
      sequence,
      id,
      total: orderTotal(order.items),
      currency: order.currency,
    }))
    .toSorted((one, other) => one.sequence - other.sequence);
  return {
    rows,
    warehouse: { purchases: rows.length, units: units(acknowledged) },
    finance: { purchases: rows.length, totals: totals(rows), balanced: true },
  };
}

function units(acknowledged: readonly Acknowledged[]): number {
  let sum = 0;
  for (const { order } of acknowledged) for (const { quantity } of order.items) sum += quantity;
  return sum;
}

function totals(purchases: readonly { currency: string; total: number }[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { currency, total } of purchases) sums[currency] = (sums[currency] ?? 0) + total;
  return sums;
}
