/** Where warnings go. */
export interface WarningLog {
  warn(fields: object, message: string): void;
}

/** Whoever tries tokens tries thousands in a second: one line for those of so long. */
const togetherMs = 60_000;
const addressLengthMax = 64;

/**
 * Tells people that somebody sends wrong tokens: the first at once, those of the next minute with the next one after it. There is
 * no limit on tries: a lock would shut out the admin whom somebody imitates, and at the rate of a network nobody finds a token of
 * random characters. Never told is the token: it may be a right one with a letter missing.
 */
export class WrongTokenNotice {
  readonly #realm: string;
  readonly #log: WarningLog;
  readonly #now: () => number;
  #refused = 0;
  #quietUntil = -Infinity;

  constructor(realm: string, log: WarningLog, now = () => performance.now()) {
    this.#realm = realm;
    this.#log = log;
    this.#now = now;
  }

  refused(address: string | undefined): void {
    this.#refused += 1;
    const now = this.#now();
    if (now < this.#quietUntil) return;
    this.#quietUntil = now + togetherMs;
    const fields = { realm: this.#realm, refused: this.#refused, lastFrom: address?.slice(0, addressLengthMax) };
    this.#refused = 0;
    this.#log.warn(fields, 'requests with a wrong token were refused');
  }
}
