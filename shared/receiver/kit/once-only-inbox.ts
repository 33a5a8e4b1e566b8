import type { GroupTransaction } from '../../sqlite/index.js';

import type { Apply, IdentifiedEvent, Inbox, InboxRecords, ReceiveOutcome } from './types.js';

export interface OnceOnlyInboxOptions<Event> {
  readonly group: GroupTransaction;
  readonly records: InboxRecords<Event>;
  readonly fingerprint: (event: Event) => Buffer;
  readonly apply: Apply<Event>;
  readonly now: () => number;
}

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
export class OnceOnlyInbox<Event extends IdentifiedEvent> implements Inbox<Event> {
  readonly #parts: OnceOnlyInboxOptions<Event>;

  constructor(parts: OnceOnlyInboxOptions<Event>) {
    this.#parts = parts;
  }

  receive(event: Event): Promise<ReceiveOutcome> {
    const { group, fingerprint } = this.#parts;
    const digest = fingerprint(event);
    return group.run(() => this.#receiveInTransaction(event, digest));
  }

  #receiveInTransaction(event: Event, digest: Buffer): ReceiveOutcome {
    const { records, apply, now } = this.#parts;
    const known = records.findFingerprint(event.data.id);
    if (known) return { status: known.equals(digest) ? 'duplicate' : 'conflict' };
    records.insert(event, digest, now());
    applyAtOnce(apply, event);
    return { status: 'applied' };
  }
}

/** TypeScript takes an async function for one that returns nothing; what it does later would be outside the transaction. */
function applyAtOnce<Event>(apply: (event: Event) => unknown, event: Event): void {
  const result = apply(event);
  if (typeof result !== 'object' || result === null || !('then' in result)) return;
  throw new TypeError('apply returned a promise: it must be synchronous, or its work is outside the transaction');
}
