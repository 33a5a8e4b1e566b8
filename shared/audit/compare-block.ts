import type { BookEntry } from './types.js';

/** How a stretch of a receiver's book goes with the same stretch of the checkout's. Every entry of both is in it once. */
export interface Comparison {
  readonly matched: readonly BookEntry[];
  /** As the checkout has them, with what the receiver has instead. */
  readonly amountDiffers: readonly { readonly entry: BookEntry; readonly held: BookEntry }[];
  /** Held more often than once: one for each time too many. */
  readonly duplicated: readonly BookEntry[];
  /** Of the checkout's, not held. */
  readonly absent: readonly BookEntry[];
  /** Held, and none of the checkout's. */
  readonly surplus: readonly BookEntry[];
}

/**
 * Both in sequence order; the checkout has each sequence once at most. An id stands for a purchase only under its own number. It is
 * the same in capitals: RFC 9562 lets a receiver store it so.
 */
export function compareBlock(accepted: readonly BookEntry[], held: readonly BookEntry[]): Comparison {
  const comparison = {
    ...{ matched: [] as BookEntry[], amountDiffers: [] as { entry: BookEntry; held: BookEntry }[] },
    ...{ duplicated: [] as BookEntry[], absent: [] as BookEntry[], surplus: [] as BookEntry[] },
  };
  const rows = held.values();
  let row = rows.next().value;
  for (const entry of accepted) {
    for (; row && row.sequence < entry.sequence; row = rows.next().value) comparison.surplus.push(row);
    let found = false;
    for (; row?.sequence === entry.sequence; row = rows.next().value) {
      const isSame = row.id === entry.id || row.id.toLowerCase() === entry.id.toLowerCase();
      if (!isSame) comparison.surplus.push(row);
      else if (found) comparison.duplicated.push(row);
      else if (row.total === entry.total && row.currency === entry.currency) comparison.matched.push(entry);
      else comparison.amountDiffers.push({ entry, held: row });
      found ||= isSame;
    }
    if (!found) comparison.absent.push(entry);
  }
  for (; row; row = rows.next().value) comparison.surplus.push(row);
  return comparison;
}
