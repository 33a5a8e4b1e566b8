import { receivers } from '../shop-client/index.js';
import type { AuditReport, Kind } from './types.js';

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
