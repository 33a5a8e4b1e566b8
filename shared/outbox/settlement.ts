import type { Outcome } from './types.js';

/**
 * Hands a lane's outcomes to the journal, many at a time.
 *
 * Owns the order in which a lane's outcomes are recorded. Does not own what they are.
 *
 * 1. One settle at a time; outcomes that come meanwhile gather and go together with the next, in the order they came. So
 *    the more there is to record, the less a sync costs each, and an idle lane waits for nothing.
 * 2. What `record` returned resolves only after the journal said that the outcome is durable (O1).
 * 3. After a failure nothing is handed over any more: what is on record stays a prefix of what was decided, and every
 *    caller hears the same error.
 *
 * Its queue needs no bound of its own: every outcome belongs to an entry the lane holds, or to a command under way.
 */
export class Settlement {
  #gathering: Outcome[] = [];
  /** Settles what is gathering; undefined while nothing is. Shared by all who wait for it: no promise per entry. */
  #next: Promise<void> | undefined;
  #last: Promise<void> = Promise.resolve();
  readonly #settle: (outcomes: readonly Outcome[]) => Promise<void>;

  constructor(settle: (outcomes: readonly Outcome[]) => Promise<void>) {
    this.#settle = settle;
  }

  /** Resolves once the outcome is durable. @throws what the journal threw, now or before */
  record(outcome: Outcome): Promise<void> {
    this.#gathering.push(outcome);
    if (this.#next === undefined) {
      this.#next = this.#settleAfter(this.#last);
      this.#last = this.#next;
    }
    return this.#next;
  }

  /** Resolves once everything handed in so far is durable. */
  flush(): Promise<void> {
    return this.#last;
  }

  async #settleAfter(previous: Promise<void>): Promise<void> {
    // A previous failure ends it here, for this one and, as `#next` stays, for all that follow (3).
    await previous;
    const outcomes = this.#gathering;
    this.#gathering = [];
    this.#next = undefined;
    await this.#settle(outcomes);
  }
}
