import { readableCount } from '../../shared/command-line/index.js';
import { readableMs } from './readable-time.js';
import type { Answer, Clock, Purchase } from './types.js';

/** Tries that were begun together do not fail at once where a process hangs. */
const certainAfterMs = 500;
/** How long before it is said that the checkout is down, and how often it is said again. */
const saidAfterMs = 1_000;
const saidEveryMs = 10_000;

interface Outage {
  /** When the try was begun that was the first to fail. */
  readonly since: number;
  readonly failedAt: number;
  /** Purchases of which a try failed by it, and which nobody has an answer to yet. */
  readonly waiting: Set<Purchase>;
  /** A single connection that was cut is no outage: one is when a later try fares no better, and nothing was answered meanwhile. */
  certain: boolean;
  /** Since when it sells again, while some still wait. */
  backAt: number | undefined;
  saidAt: number | undefined;
  waited: number;
  writtenBefore: number;
  unanswered: number;
}

/**
 * Tells people when the checkout is down and when it is back: how long that took, and how many of the purchases whose answers were
 * lost had been written before.
 */
export class OutageWatch {
  readonly #clock: Clock;
  readonly #say: (line: string) => void;
  #outage: Outage | undefined;

  constructor(clock: Clock, say: (line: string) => void) {
    this.#clock = clock;
    this.#say = say;
  }

  /** Whether it is down now, as far as is known. */
  get isDown(): boolean {
    return this.#outage !== undefined && this.#outage.certain && this.#outage.backAt === undefined;
  }

  /** A try of a purchase has ended. */
  tried(purchase: Purchase, answer: Answer, begunAt: number): void {
    if (answer.kind === 'again' && answer.down) this.#failed(purchase, begunAt);
    else if (this.#outage?.certain === true) this.#outage.backAt ??= this.#clock.now();
    else this.#outage = undefined;
  }

  /** It is known what became of a purchase, or it was given up. */
  settled(purchase: Purchase, { answered, writtenBefore }: { answered: boolean; writtenBefore: boolean }): void {
    const outage = this.#outage;
    if (outage?.waiting.delete(purchase) !== true) return;
    if (writtenBefore) outage.writtenBefore += 1;
    if (!answered) outage.unanswered += 1;
    if (outage.backAt === undefined || outage.waiting.size > 0) return;
    this.#outage = undefined;
    this.#say(back(outage, outage.backAt));
  }

  /** To be called now and then: says that it is down, as long as it is. */
  look(): void {
    const outage = this.#outage;
    if (outage === undefined || !this.isDown) return;
    const now = this.#clock.now();
    if (now - outage.since < saidAfterMs) return;
    if (outage.saidAt !== undefined && now - outage.saidAt < saidEveryMs) return;
    outage.saidAt = now;
    const wait = outage.waiting.size === 1 ? '1 purchase waits with its key' : `${count(outage)} wait with their keys`;
    this.#say(`the checkout has been down for ${readableMs(now - outage.since)}; ${wait}`);
  }

  #failed(purchase: Purchase, begunAt: number): void {
    const now = this.#clock.now();
    const outage = (this.#outage ??= begin(begunAt, now));
    if (begunAt > outage.failedAt || now - outage.failedAt >= certainAfterMs) outage.certain = true;
    outage.backAt = undefined;
    if (outage.waiting.has(purchase)) return;
    outage.waiting.add(purchase);
    outage.waited += 1;
  }
}

function begin(since: number, failedAt: number): Outage {
  const none = { waited: 0, writtenBefore: 0, unanswered: 0 };
  return { since, failedAt, waiting: new Set(), certain: false, backAt: undefined, saidAt: undefined, ...none };
}

function count({ waiting }: Outage): string {
  return `${readableCount(waiting.size)} purchases`;
}

function back({ since, waited, unanswered, writtenBefore }: Outage, backAt: number): string {
  const all = readableCount(waited);
  const answered = unanswered === 0 ? `all ${all}` : `${readableCount(waited - unanswered)} of ${all}`;
  const before = `${readableCount(writtenBefore)} ${writtenBefore === 1 ? 'was' : 'were'} written before`;
  return `back after ${readableMs(backAt - since)}: ${answered} that waited got an answer, ${before}`;
}
