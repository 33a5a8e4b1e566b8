import type { Sequence } from '../../outbox/types.js';
import { decodeRecord } from '../../purchase/index.js';
import type { StoredPurchase } from '../types.js';

/** A purchase as the database holds it. */
export interface PurchaseRow {
  readonly sequence: Sequence;
  readonly record: string;
}

export function toPurchase(row: PurchaseRow | undefined): StoredPurchase | undefined {
  return row && { sequence: row.sequence, record: decodeRecord(row.record) };
}
