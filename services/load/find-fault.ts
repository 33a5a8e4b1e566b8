import { orderTotal } from '../../shared/purchase/index.js';
import type { Accepted, Known, Purchase, Told } from './types.js';

/**
 * What is wrong with what became known of a purchase that was sent once, or twice at the same time; undefined: nothing. One of
 * the two made it, unless an earlier try did of which no answer told.
 */
export function faultOfPurchase(purchase: Purchase, known: readonly Known[]): string | undefined {
  for (const each of known) if (each.kind === 'wrong') return each.why;
  const accepted = acceptedOf(known);
  for (const { told } of accepted) {
    const fault = faultOfTold(purchase, told);
    if (fault !== undefined) return fault;
  }
  const [first, second] = accepted;
  if (first === undefined) return undefined;
  if (second !== undefined) {
    const fault = faultOfPair(first.told, second.told);
    if (fault !== undefined) return fault;
    if (!first.replayed && !second.replayed) return `two answers say that they made ${words(first.told)}`;
  }
  // Of one whose twin is unknown, that twin may have made it.
  const complete = accepted.length === known.length;
  const made = accepted.some(({ replayed, mayBeWritten }) => !replayed || mayBeWritten);
  return complete && !made ? `${words(first.told)} is said to be from before, and no try can have made it` : undefined;
}

/** The same of one that was sent once more after its 201. */
export function faultOfRepeat(first: Accepted, again: Known): string | undefined {
  if (again.kind === 'unknown') return undefined;
  if (again.kind === 'wrong') return again.why;
  const fault = faultOfPair(first.told, again.told);
  if (fault !== undefined) return fault;
  return again.replayed ? undefined : `sent again, ${words(again.told)} is not marked as from before`;
}

/** Whether an earlier try had made the purchase, though its answer was lost. */
export function wasWrittenBefore(known: readonly Known[]): boolean {
  const accepted = acceptedOf(known);
  const replayed = accepted.length === known.length && accepted.every((each) => each.replayed);
  return replayed && accepted.some(({ mayBeWritten }) => mayBeWritten);
}

export function acceptedOf(known: readonly Known[]): Accepted[] {
  return known.filter((each) => each.kind === 'accepted');
}

function faultOfTold({ order }: Purchase, told: Told): string | undefined {
  const total = orderTotal(order.items);
  if (told.total === total && told.currency === order.currency) return undefined;
  return `ordered for ${total} ${order.currency}, and sold as ${words(told)}`;
}

function faultOfPair(first: Told, second: Told): string | undefined {
  return words(first) === words(second) ? undefined : `one key, two purchases: ${words(first)} and ${words(second)}`;
}

function words({ sequence, id, total, currency }: Told): string {
  return `number ${sequence} (${id}) for ${total} ${currency}`;
}
