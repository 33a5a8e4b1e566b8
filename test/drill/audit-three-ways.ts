import { auditShop, type AuditReport, type Kind } from '../../shared/audit/index.js';
import { receivers } from '../../shared/shop-client/service-names.js';
import type { ShopClient } from '../../shared/shop-client/shop-client.js';
import type { Checklist } from './checklist.js';

/** Holds the three books against each other, as `npm run audit` does. Everything must have been delivered. */
export async function auditThreeWays(shop: ShopClient, checklist: Checklist): Promise<void> {
  const report = await auditShop(shop);
  checklist.enter('the books of all three agree, entry by entry (npm run audit)', disagreementsIn(report));
}

/** What an audit found besides entries that match, in words. */
export function disagreementsIn(report: AuditReport): string[] {
  const faults = receivers.flatMap((receiver) =>
    Object.entries(report[receiver].kinds)
      .filter(([kind]) => kind !== 'matched')
      .flatMap(([kind, found]) => inWords(`${kind} at ${receiver}`, found)),
  );
  const all = [...inWords('gaps at the checkout', report.checkout.gaps), ...faults];
  return report.agrees || all.length > 0 ? all : ['the audit says that they do not, and not why'];
}

function inWords(what: string, { count, first }: Kind): string[] {
  const names = first.map(({ sequence, id }) => `number ${sequence} (${id})`);
  return count === 0 ? [] : [`${what}: ${count}, the first ${names.join(', ')}`];
}
