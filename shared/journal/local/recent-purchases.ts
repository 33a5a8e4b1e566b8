import type { PurchaseRecord } from '../../purchase/index.js';
import { keyOf, keyText } from '../idempotency-keys.js';
import type { IdempotencyKey, Sequence, StoredPurchase } from '../types.js';

interface Recent {
  readonly record: PurchaseRecord;
  readonly appended: Promise<Sequence>;
  readonly bytes: number;
  /** The one that had its key before, if that was here; it has it again when this one's append fails. */
  readonly heir: Recent | undefined;
  /** Set once the entry is durable. */
  sequence: Sequence | undefined;
}

/**
 * The purchases that are in the log, or on their way into it, and not yet in the database: where a purchase is found the moment
 * its 201 is out, and where a repeated key meets the first request while that is still under way.
 *
 * A purchase enters when its append begins, and leaves when it has been projected or its append has failed. Bounded: when it
 * is full, appends must be refused.
 */
export class RecentPurchases {
  readonly #entriesMax: number;
  /** In the order of their sequences. */
  readonly #inOrder = new Set<Recent>();
  readonly #byId = new Map<string, Recent>();
  readonly #byKey = new Map<string, Recent>();

  #bytes = 0;
  #projected = 0 as Sequence;

  constructor(entriesMax: number) {
    this.#entriesMax = entriesMax;
  }

  get full(): boolean {
    return this.#inOrder.size >= this.#entriesMax;
  }

  /** What all of them take in the log. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The last entry that the database was said to hold; 0 if it has said nothing yet. */
  get projectedSequence(): Sequence {
    return this.#projected;
  }

  /** Enters a purchase whose append has just begun, and which takes so many bytes there. */
  add(record: PurchaseRecord, appended: Promise<Sequence>, bytes: number): void {
    const named = keyOf(record);
    const key = named && keyText(named);
    const heir = key === undefined ? undefined : this.#byKey.get(key);
    const recent: Recent = { record, appended, bytes, heir, sequence: undefined };
    this.#bytes += bytes;
    this.#inOrder.add(recent);
    this.#byId.set(record.purchase.id, recent);
    if (key !== undefined) this.#byKey.set(key, recent);
    appended.then(
      (sequence) => {
        recent.sequence = sequence;
      },
      () => {
        this.#remove(recent, this.#stillHere(recent.heir));
      },
    );
  }

  /** Whether a purchase is here, durable or not. */
  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** A purchase that is durable. */
  find(id: string): StoredPurchase | undefined {
    return durable(this.#byId.get(id));
  }

  /** The purchase under a key, once it is durable; rejects as its append does. Undefined: the key is not among the recent. */
  findByKey(key: IdempotencyKey): Promise<StoredPurchase> | undefined {
    const recent = this.#byKey.get(keyText(key));
    return recent?.appended.then((sequence) => ({ sequence, record: recent.record }));
  }

  /** The record of the purchase that a key stands for, durable or not. Undefined: the key is not among the recent. */
  recordUnderKey(key: IdempotencyKey): PurchaseRecord | undefined {
    return this.#byKey.get(keyText(key))?.record;
  }

  /** The durable purchases after a sequence, in order. */
  *after(sequence: Sequence): Iterable<StoredPurchase> {
    for (const recent of this.#inOrder) {
      const purchase = durable(recent);
      if (purchase && purchase.sequence > sequence) yield purchase;
    }
  }

  /** The database holds everything up to here now. */
  projected(sequence: Sequence): void {
    this.#projected = sequence;
    for (const recent of this.#inOrder) {
      if (recent.sequence === undefined || recent.sequence > sequence) return;
      this.#remove(recent);
    }
  }

  #remove(recent: Recent, heir?: Recent): void {
    this.#bytes -= recent.bytes;
    this.#inOrder.delete(recent);
    this.#byId.delete(recent.record.purchase.id);
    const named = keyOf(recent.record);
    if (!named) return;
    const key = keyText(named);
    // A later purchase may have taken the key, which had expired.
    if (this.#byKey.get(key) !== recent) return;
    if (heir) this.#byKey.set(key, heir);
    else this.#byKey.delete(key);
  }

  /** The last of those that had a key one after the other and are here; what is gone is in the database, or failed. */
  #stillHere(recent: Recent | undefined): Recent | undefined {
    let heir = recent;
    while (heir && !this.#inOrder.has(heir)) heir = heir.heir;
    return heir;
  }
}

function durable(recent: Recent | undefined): StoredPurchase | undefined {
  if (recent?.sequence === undefined) return undefined;
  return { sequence: recent.sequence, record: recent.record };
}
