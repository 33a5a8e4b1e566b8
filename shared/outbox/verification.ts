import type { Clock, DestinationOptions, EpochMs, OutboxLog } from './types.js';

/** Unanswered questions, each with a success of others since the one before, after which deliveries work and questions do not. */
const UNANSWERED_MAX = 3;
/** After that, one entry asks again this much later. */
const ASK_AGAIN_MS = 30_000;

export interface VerificationSurroundings {
  readonly clock: Clock;
  readonly log: OutboxLog;
}

/**
 * Knows whether it is worth asking a destination what it has before something is sent to it again.
 *
 * A question without an answer has two causes that want the opposite. Where the destination is down, the entry must wait and be
 * asked about once it is back: sent unasked, it would be the very repeat that is to be saved. Where only the question is broken
 * (a wrong URL, a 401), waiting for an answer would hold the entry for ever. What tells them apart is whether deliveries work.
 *
 * - **trusted**: at the start. Everything under suspicion is asked about; without an answer it waits and is asked about again.
 *   Left for doubted when deliveries turn out to work: an entry was sent in spite of a question without an answer, and the
 *   destination answered; or `UNANSWERED_MAX` questions had none and others were confirmed between each two of them.
 * - **doubted**: nothing is asked, what is under suspicion is sent, which at least once allows. Every `ASK_AGAIN_MS` one entry is
 *   asked about, and sent at once if there is no answer. Left for trusted by an answer to the question, or when that entry got
 *   none either: then the destination is down, and why it did not answer before is not known any more.
 *
 * Logged once when it begins to be doubted and once when it is answered again.
 */
export class Verification {
  #doubted = false;
  #told = false;
  #askAgainAt = 0;
  #counted = 0;
  #successesThen = Infinity;
  readonly #options: Pick<DestinationOptions, 'name'>;
  readonly #surroundings: VerificationSurroundings;

  constructor(options: Pick<DestinationOptions, 'name'>, surroundings: VerificationSurroundings) {
    this.#options = options;
    this.#surroundings = surroundings;
  }

  /** While it is, an entry whose question has no answer is sent at once. */
  get isDoubted(): boolean {
    return this.#doubted;
  }

  /** Whether the next entry under suspicion is to be asked about. If so, it must be. */
  asks(): boolean {
    if (!this.#doubted) return true;
    const now = this.#surroundings.clock.now();
    if (now < this.#askAgainAt) return false;
    this.#askAgainAfter(now);
    return true;
  }

  /** It was told what the destination has. */
  answered(): void {
    this.#doubted = false;
    this.#counted = 0;
    this.#successesThen = Infinity;
    if (!this.#told) return;
    this.#told = false;
    this.#surroundings.log.info({ destination: this.#options.name }, 'destination says again what it has');
  }

  /** It was not, and the entry waits. `successes`: entries confirmed by deliveries so far. */
  unanswered(successes: number, reason: string): void {
    if (successes > this.#successesThen) this.#counted += 1;
    this.#successesThen = successes;
    if (this.#counted >= UNANSWERED_MAX) this.#doubt(reason);
  }

  /** It was not, and the entry was sent all the same: did the destination answer that? */
  sentUnanswered(alive: boolean, reason: string): void {
    if (alive) this.#doubt(reason);
    else this.#doubted = false;
  }

  #doubt(reason: string): void {
    this.#doubted = true;
    this.#counted = 0;
    this.#successesThen = Infinity;
    this.#askAgainAfter(this.#surroundings.clock.now());
    if (this.#told) return;
    this.#told = true;
    const fields = { destination: this.#options.name, reason };
    this.#surroundings.log.warn(fields, 'destination does not say what it has: entries are sent again without asking');
  }

  #askAgainAfter(now: EpochMs): void {
    this.#askAgainAt = now + ASK_AGAIN_MS;
  }
}
