import { createHash } from 'node:crypto';

import type { PurchaseEvent } from '../purchase/index.js';

/**
 * Digest of what an event says. The schema puts the fields of a parsed event in one order and refuses unknown ones, so two
 * events have the same digest exactly if they say the same, however their senders laid out the JSON. The time of sending is
 * no part of it.
 */
export function fingerprint(event: PurchaseEvent): Buffer {
  return createHash('sha256').update(JSON.stringify(event.data)).digest();
}
