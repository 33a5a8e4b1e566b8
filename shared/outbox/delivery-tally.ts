import type { AttemptResult, DeliveryCounts } from './operation.js';
import type { Holding } from './types.js';

/** Why an entry may be at its destination already, before it is sent (again). */
export type Suspicion =
  /** It may have been in flight when the last life of this process ended. */
  | 'restart'
  /** An attempt of this life ended in a way that leaves it open. */
  | 'other';

/** Counts what becomes of one destination's deliveries. Additions only: it stands on the way of every entry. */
export class DeliveryTally {
  readonly #results: Record<AttemptResult, number> = {
    confirmed: 0,
    refused: 0,
    misdirected: 0,
    failed: 0,
    'no-answer': 0,
  };
  #attempts = 0;
  #confirmed = 0;
  #parked = 0;
  #repeatsAfterRestart = 0;
  #repeatsOther = 0;
  #held = 0;
  #notHeld = 0;
  #noAnswer = 0;
  #repeatsSaved = 0;

  get counts(): DeliveryCounts {
    return {
      attempts: this.#attempts,
      results: { ...this.#results },
      confirmed: this.#confirmed,
      parked: this.#parked,
      repeats: { restart: this.#repeatsAfterRestart, other: this.#repeatsOther },
      checks: { held: this.#held, notHeld: this.#notHeld, noAnswer: this.#noAnswer },
      repeatsSaved: this.#repeatsSaved,
    };
  }

  attempted(result: AttemptResult): void {
    this.#attempts += 1;
    this.#results[result] += 1;
  }

  confirmed(): void {
    this.#confirmed += 1;
  }

  parked(): void {
    this.#parked += 1;
  }

  /** It had the entry already. Of an entry nobody suspected, what was before is not known. */
  repeated(suspicion: Suspicion | undefined): void {
    if (suspicion === 'restart') this.#repeatsAfterRestart += 1;
    else this.#repeatsOther += 1;
  }

  checked(status: Holding['status']): void {
    if (status === 'held') this.#held += 1;
    else if (status === 'not-held') this.#notHeld += 1;
    else this.#noAnswer += 1;
  }

  /** An entry is confirmed without being sent again. */
  savedRepeat(): void {
    this.#repeatsSaved += 1;
  }
}
