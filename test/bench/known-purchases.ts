import { join } from 'node:path';

import { databaseName } from '../../shared/journal/index.js';
import { decodeRecord, type PurchaseRecord } from '../../shared/purchase/index.js';
import { openDatabaseReadonly } from '../../shared/sqlite/index.js';

/** Records that a checkout's database holds, spread over the first `count` of them in no order; the same each time. */
export function knownPurchases(directory: string, count: number, wanted: number): PurchaseRecord[] {
  const database = openDatabaseReadonly(join(directory, databaseName));
  try {
    const at = database.prepare<[number], string>('SELECT record FROM purchases WHERE sequence = ?').pluck();
    const step = strideFor(count);
    return Array.from({ length: Math.min(wanted, count) }, (_, index) => {
      const sequence = 1 + ((index * step) % count);
      const record = at.get(sequence);
      if (record === undefined) throw new Error(`there is no purchase ${sequence}`);
      return decodeRecord(record);
    });
  } finally {
    database.close();
  }
}

/** A step that meets each before it meets any again, and lands far from where it was: near the golden section, and coprime. */
function strideFor(count: number): number {
  let step = Math.max(1, Math.round(count * 0.618));
  while (commonDivisor(step, count) !== 1) step += 1;
  return step;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
