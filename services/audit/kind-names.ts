import type { EntryKind } from '../../shared/audit/index.js';

/** As people read them, in the order of the table. */
export const kindNames: Readonly<Record<EntryKind, string>> = {
  matched: 'matched',
  missing: 'missing',
  surplus: 'surplus',
  duplicated: 'duplicated',
  amountDiffers: 'amount differs',
  inFlight: 'still in flight',
  parked: 'parked',
  discarded: 'discarded',
  notOwed: 'not owed',
  unknown: 'unknown to checkout',
};

/** Rows that are there even if all is well. */
export const alwaysShown: readonly EntryKind[] = [
  ...(['matched', 'missing', 'surplus', 'duplicated', 'amountDiffers', 'inFlight'] as const),
];

export const kinds = Object.keys(kindNames) as readonly EntryKind[];
