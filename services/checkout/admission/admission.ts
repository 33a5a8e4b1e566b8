/*
 * Whether a purchase is taken on, decided before its body is read wherever that can be known.
 *
 * Owns the number of purchases under way and its bound, and the count of those that were refused. Does not own what the journal
 * refuses for: disk, backlog, failure.
 *
 * 1. A purchase is under way from the moment its order has been read until it is answered. Bodies that are still coming do not
 *    count, or a few slow clients could keep all others out.
 * 2. Never more than `pendingMax` are: it is asked at the gate, where a refusal is cheap, and once more when the order has been read.
 * 3. With an Idempotency-Key, a request passes the gate also while there is no room for new purchases: one that is there already
 *    is answered again, without writing. The journal refuses the others.
 */
import { PurchaseRefusedError, type Journal, type RefusedCode } from '../../../shared/journal/index.js';
import type { AcceptPurchase } from '../accept-purchase.js';
import type { DrainWatch } from './drain-watch.js';
import type { Refusal } from './refusal.js';

/** Codes under which what is there can still be found. */
const onlyNewOnes: ReadonlySet<RefusedCode> = new Set(['disk-full', 'disk-reserve', 'backlog']);

export interface AdmissionStatus {
  /** Purchases on their way now. */
  readonly pending: number;
  readonly pendingMax: number;
  /** Why new purchases are refused now; null: they are taken. */
  readonly refusing: RefusedCode | null;
}

export interface AdmissionOptions {
  readonly journal: Pick<Journal, 'refusing'>;
  readonly drain: Pick<DrainWatch, 'busy' | 'answered' | 'retryAfterSeconds'>;
  readonly pendingMax: number;
  /** Counts a refusal. */
  readonly countRefusal: (code: RefusedCode) => void;
}

export class Admission {
  readonly #options: AdmissionOptions;
  #pending = 0;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  status(): AdmissionStatus {
    const { pendingMax } = this.#options;
    return { pending: this.#pending, pendingMax, refusing: this.#refusing() ?? null };
  }

  /** Why a request is not even read; undefined: it is. */
  turnsAway(hasKey: boolean): RefusedCode | undefined {
    const code = this.#refusing();
    return code !== undefined && hasKey && onlyNewOnes.has(code) ? undefined : code;
  }

  /** What somebody is told who is refused; counts it. */
  refuse(code: RefusedCode): Refusal {
    const { drain, countRefusal } = this.#options;
    countRefusal(code);
    return { code, retryAfterSeconds: drain.retryAfterSeconds(code, this.#pending) };
  }

  /** When `code` is expected to be over. Counts nothing. */
  expectedSeconds(code: RefusedCode): number {
    return this.#options.drain.retryAfterSeconds(code, this.#pending);
  }

  /** The same, with the number of those under way bounded: beyond it, PurchaseRefusedError. */
  bounded(acceptPurchase: AcceptPurchase): AcceptPurchase {
    const { drain, pendingMax } = this.#options;
    return async (order, context) => {
      if (this.#pending >= pendingMax) throw new PurchaseRefusedError('overloaded', 'too many purchases are under way');
      if (this.#pending === 0) drain.busy();
      this.#pending += 1;
      try {
        return await acceptPurchase(order, context);
      } finally {
        this.#pending -= 1;
        drain.answered(this.#pending > 0);
      }
    };
  }

  #refusing(): RefusedCode | undefined {
    const { journal, pendingMax } = this.#options;
    return this.#pending >= pendingMax ? 'overloaded' : journal.refusing();
  }
}
