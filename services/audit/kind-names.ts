import type { AuditReport, EntryKind, Kind } from '../../shared/audit/index.js';
import { receivers } from '../../shared/shop-client/index.js';

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

/** Something that must not be, with where. */
export interface NamedKind {
  readonly words: string;
  readonly kind: Kind;
}

/** All that makes the books disagree, gravest first. */
export function disagreementsOf(report: AuditReport): NamedKind[] {
  const { checkout, acknowledged } = report;
  const found: NamedKind[] = [];
  if (acknowledged) {
    found.push({ words: 'acknowledged and LOST', kind: acknowledged.lost });
    found.push({ words: 'acknowledged for another sum', kind: acknowledged.differs });
  }
  found.push({ words: 'missing at the checkout itself', kind: checkout.gaps });
  for (const receiver of receivers) {
    const { missing, surplus, duplicated, amountDiffers } = report[receiver].kinds;
    found.push({ words: `missing at ${receiver}`, kind: missing });
    found.push({ words: `surplus at ${receiver}`, kind: surplus });
    found.push({ words: `duplicated at ${receiver}`, kind: duplicated });
    found.push({ words: `of another amount at ${receiver}`, kind: amountDiffers });
  }
  return found.filter(({ kind }) => kind.count > 0);
}

/** All that is no fault and yet not done. */
export function unfinishedOf(report: AuditReport): NamedKind[] {
  const found = receivers.flatMap((receiver): NamedKind[] => [
    { words: `in flight to ${receiver}`, kind: report[receiver].kinds.inFlight },
    { words: `parked at ${receiver}`, kind: report[receiver].kinds.parked },
  ]);
  return found.filter(({ kind }) => kind.count > 0);
}
