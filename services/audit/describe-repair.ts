import { readableCount } from '../../shared/command-line/index.js';
import { receivers } from '../../shared/shop-client/index.js';
import type { RepairReport } from './repair.js';

/** What was asked of the checkout, above the audit that followed. */
export function describeRepair({ redelivered, refused }: RepairReport): string {
  const asked = receivers.filter((receiver) => redelivered[receiver] > 0);
  const lines = [
    ...asked.map((receiver) => `delivered again to ${receiver}: ${readableCount(redelivered[receiver])}`),
    ...Object.entries(refused).map(([reason, count]) => `refused by the checkout, ${reason}: ${readableCount(count)}`),
  ];
  return `${lines.length > 0 ? lines.join('\n') : 'nothing was missing, so nothing was repaired'}\n\n`;
}
