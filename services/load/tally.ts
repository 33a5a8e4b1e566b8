const examplesMax = 10;
const kindsMax = 40;
const otherKinds = 'other';

/** All that is counted; none of it grows with the number of purchases. */
export class Tally {
  begun = 0;
  acknowledged = 0;
  /** Of these: made by an earlier try, whose answer had been lost. */
  writtenBefore = 0;
  /** Tries that told nothing for good. */
  failedTries = 0;
  /** Sent twice on purpose: known to be one purchase, or given up. */
  readonly repeats = { same: 0, unknown: 0 };
  readonly wrong = new Examples();
  /** Keys of purchases that were given up. */
  readonly unknown = new Examples();
  readonly #failuresByKind = new Map<string, number>();

  get failuresByKind(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#failuresByKind].toSorted(([, one], [, other]) => other - one));
  }

  countFailure(why: string): void {
    this.failedTries += 1;
    const known = this.#failuresByKind.has(why) || this.#failuresByKind.size < kindsMax;
    const kind = known ? why : otherKinds;
    this.#failuresByKind.set(kind, (this.#failuresByKind.get(kind) ?? 0) + 1);
  }
}

/** A count, and the first of those that were counted. */
export class Examples {
  #count = 0;
  readonly #first: string[] = [];

  get count(): number {
    return this.#count;
  }

  get first(): readonly string[] {
    return this.#first;
  }

  /** Whether it is among the first. */
  add(example: string): boolean {
    this.#count += 1;
    if (this.#first.length === examplesMax) return false;
    this.#first.push(example);
    return true;
  }
}
