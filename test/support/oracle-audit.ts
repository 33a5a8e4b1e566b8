import type { BookEntry, EntryKind } from '../../shared/audit/types.js';
import type { ReceiverName } from '../../shared/shop-client/index.js';
import type { ScriptedShop } from './scripted-shop.js';

/** What an entry is, as "kind sequence id". */
export type Verdict = `${EntryKind} ${number} ${string}`;

/** What an audit must find in a shop that stands still, told from the whole of both books at once; sorted. */
export function oracleAudit(shop: ScriptedShop, receiver: ReceiverName): Verdict[] {
  const { rows, outcomes, startAfter, removed } = shop[receiver];
  const held = new Map<string, BookEntry[]>();
  for (const row of rows) held.set(keyOf(row), [...(held.get(keyOf(row)) ?? []), row]);
  const verdicts: Verdict[] = [];
  const say = (kind: EntryKind, { sequence, id }: BookEntry) => verdicts.push(`${kind} ${sequence} ${id}`);

  for (const purchase of shop.purchases) {
    const [first, ...more] = held.get(keyOf(purchase)) ?? [];
    held.delete(keyOf(purchase));
    if (first) {
      const isRight = first.total === purchase.total && first.currency === purchase.currency;
      say(isRight ? 'matched' : 'amountDiffers', purchase);
      for (const row of more) say('duplicated', row);
      continue;
    }
    const outcome = outcomes.get(purchase.sequence);
    if (outcome === 'confirmed') say('missing', purchase);
    else if (outcome === 'parked' || outcome === 'discarded') say(outcome, purchase);
    else if (outcome === undefined && (removed || purchase.sequence <= startAfter)) say('notOwed', purchase);
    else say('inFlight', purchase);
  }
  for (const row of [...held.values()].flat()) say(row.sequence <= shop.unknownBefore ? 'unknown' : 'surplus', row);
  return verdicts.toSorted();
}

function keyOf({ sequence, id }: BookEntry): string {
  return `${sequence} ${id.toLowerCase()}`;
}
