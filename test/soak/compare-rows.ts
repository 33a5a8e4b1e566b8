import type { Audited } from '../../shared/shop-client/shop-answers.js';

/**
 * How a receiver's book differs from what customers were told, each in words; empty: each purchase is there once, for what was
 * ordered, under its number, and nothing else is.
 */
export function compareRows(told: readonly Audited[], held: readonly Audited[]): string[] {
  const faults: string[] = [];
  const heldById = new Map<string, Audited>();
  for (const row of held) {
    if (heldById.has(row.id)) faults.push(`${name(row)} is there twice`);
    heldById.set(row.id, row);
  }
  for (const row of told) {
    const found = heldById.get(row.id);
    heldById.delete(row.id);
    if (found === undefined) faults.push(`${name(row)} is missing`);
    else if (words(found) !== words(row)) faults.push(`${name(row)} is ${words(row)}, and there ${words(found)}`);
  }
  for (const row of heldById.values()) faults.push(`${name(row)} was never sold`);
  return faults;
}

function name({ id, sequence }: Audited): string {
  return `purchase ${sequence} (${id})`;
}

function words({ sequence, total, currency }: Audited): string {
  return `number ${sequence} for ${total} ${currency}`;
}
