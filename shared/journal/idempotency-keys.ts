/*
 * What every engine must make of idempotency keys, from the records alone: no clock is asked, so that whoever reads the same log
 * again, after a kill or a lost database, comes to the same purchases.
 *
 * 1. A key belongs to a caller: the same key of another caller, or without one, is another key.
 * 2. A key stands for the last purchase in the log that took it. It is free for a purchase that was accepted at the time when that
 *    one expires, or later, and for no other; so a clock that was set back gives no key away.
 */
import type { PurchaseRecord } from '../purchase/index.js';
import type { EpochMs, IdempotencyKey } from './types.js';

/** Neither a key, which is printable ASCII, nor a caller's name can hold it. */
const separator = '\n';

/** One text for a key and its caller; different for any two that differ. */
export function keyText({ key, caller }: IdempotencyKey): string {
  if (key.includes(separator) || caller?.includes(separator)) {
    throw new Error('an idempotency key or the name of its caller has more than one line');
  }
  return caller === undefined ? key : caller + separator + key;
}

/** The key that a purchase was sent with, and whose it is; undefined: without one. */
export function keyOf({ idempotency, caller }: PurchaseRecord): IdempotencyKey | undefined {
  return idempotency && { key: idempotency.key, ...(caller !== undefined && { caller }) };
}

/** Whether a purchase that is accepted at this time may have the key that stands for `holder` so far. */
export function isKeyFree(holder: PurchaseRecord, acceptedAt: EpochMs): boolean {
  const expiresAt = holder.idempotency?.expiresAt;
  return expiresAt !== undefined && acceptedAt >= Date.parse(expiresAt);
}

/** When a purchase was accepted. */
export function acceptedAtOf({ purchase }: PurchaseRecord): EpochMs {
  return Date.parse(purchase.acceptedAt) as EpochMs;
}
