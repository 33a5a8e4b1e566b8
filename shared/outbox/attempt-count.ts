/** What a circuit has seen since the process started. */
export interface DestinationHistory {
  /** Entries confirmed. */
  readonly successes: number;
  /** Times the circuit opened. */
  readonly openings: number;
}

/**
 * Counts the attempts of one entry, and which of its failures speak against the entry itself (O7).
 *
 * Whether the entry or the destination is to blame for a failure is not known when it fails. It is known by the entry's next
 * failure: if others were confirmed in between and the circuit did not open, the destination was well and the entry is
 * suspect. So a failure is counted one failure late, and an outage, however long and however few entries wait, counts
 * nothing. The last failure before a restart is never counted: the history begins anew.
 */
export class AttemptCount {
  #attempts: number;
  #counted: number;
  #amongSuccesses: number;
  #successesThen = Infinity;
  #openingsThen = 0;

  constructor(attempts = 0, counted = 0) {
    this.#attempts = attempts;
    this.#counted = counted;
    this.#amongSuccesses = counted;
  }

  /** All attempts made. */
  get attempts(): number {
    return this.#attempts;
  }

  /** Those that count towards parking. */
  get counted(): number {
    return this.#counted;
  }

  /**
   * Failures after which others succeeded, whatever the circuit did: they space the attempts out. More than `counted`, so
   * that an entry which itself opens the circuit each time (a 404 for it alone) comes back ever more rarely.
   */
  get amongSuccesses(): number {
    return this.#amongSuccesses;
  }

  /** An attempt brought a final answer. */
  finished(): void {
    this.#attempts += 1;
  }

  /** To be called after the circuit has taken note of the failure. */
  failed(now: DestinationHistory): void {
    this.#attempts += 1;
    if (now.successes > this.#successesThen) {
      this.#amongSuccesses += 1;
      if (now.openings === this.#openingsThen) this.#counted += 1;
    }
    this.#successesThen = now.successes;
    this.#openingsThen = now.openings;
  }
}
