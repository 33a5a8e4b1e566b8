import type { PurchaseEvent } from '../purchase/index.js';
import type { GroupTransaction } from '../sqlite/index.js';

import { fingerprint } from './fingerprint.js';
import type { InboxStore } from './inbox-store.js';
import type { Effect, Inbox, ReceiveOutcome } from './types.js';

/**
 * Applies each event once, however often it is delivered.
 *
 * Owns the decision whether an event is new. Does not own the transaction, nor what the effect does.
 *
 * 1. The inbox row and the effect are in one savepoint of one transaction: a crash keeps both or neither.
 * 2. The outcome is known to the caller only after that transaction was synced, also when it is `duplicate`: the first
 *    delivery may have been in the same, still uncommitted, group.
 * 3. An id that is on record never reaches the effect again, whatever the event says.
 */
export class OnceOnlyInbox implements Inbox {
  readonly #group: GroupTransaction;
  readonly #store: InboxStore;
  readonly #effect: Effect;
  readonly #now: () => number;

  constructor(options: { group: GroupTransaction; store: InboxStore; effect: Effect; now: () => number }) {
    this.#group = options.group;
    this.#store = options.store;
    this.#effect = options.effect;
    this.#now = options.now;
  }

  receive(event: PurchaseEvent): Promise<ReceiveOutcome> {
    const digest = fingerprint(event);
    return this.#group.run(() => this.#receiveInTransaction(event, digest));
  }

  #receiveInTransaction(event: PurchaseEvent, digest: Buffer): ReceiveOutcome {
    const known = this.#store.findFingerprint(event.data.id);
    if (known) return { status: known.equals(digest) ? 'duplicate' : 'conflict' };
    this.#store.insert(event, digest, this.#now());
    this.#effect(event);
    return { status: 'applied' };
  }
}
