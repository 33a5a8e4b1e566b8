const togetherMs = 60_000;

interface RefusalLog {
  warn(fields: object, message: string): void;
}

interface Told {
  at: number;
  since: number;
}

/**
 * Tells people that requests are refused: of each reason the first at once, then one line a minute with how many there were. A
 * service that refuses thousands in a second must not spend that second writing about it.
 *
 * It has no timer. Whoever ends a request calls `tick`, so what is left to say is said with the next request after the minute.
 */
export class RefusalNotice {
  readonly #log: RefusalLog;
  /** By reason, of which there are few: the codes of problems. */
  readonly #told = new Map<string, Told>();
  #dueAt = Infinity;

  constructor(log: RefusalLog) {
    this.#log = log;
  }

  /** `now` in milliseconds, never set back. */
  refused(reason: string, now: number): void {
    const told = this.#told.get(reason);
    if (told && (told.since > 0 || now - told.at < togetherMs)) {
      told.since += 1;
      this.#dueAt = Math.min(this.#dueAt, told.at + togetherMs);
      return;
    }
    this.#told.set(reason, { at: now, since: 0 });
    this.#log.warn({ problem: reason }, 'a request is refused; more of the kind are told once a minute');
  }

  tick(now: number): void {
    if (now < this.#dueAt) return;
    this.#dueAt = Infinity;
    for (const [problem, told] of this.#told) {
      if (told.since === 0) continue;
      if (now - told.at < togetherMs) {
        this.#dueAt = Math.min(this.#dueAt, told.at + togetherMs);
        continue;
      }
      this.#log.warn({ problem, requests: told.since }, 'more requests were refused');
      told.at = now;
      told.since = 0;
    }
  }
}
