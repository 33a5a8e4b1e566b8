import { randomUUID } from 'node:crypto';

import { nextOrder, type Random } from '../../shared/customers/index.js';
import type { AcknowledgedFile } from './acknowledged-file.js';
import { buyUntilKnown, type Patience } from './buy-until-known.js';
import { acceptedOf, faultOfPurchase, faultOfRepeat, wasWrittenBefore } from './find-fault.js';
import type { Latencies } from './latencies.js';
import type { OutageWatch } from './outage-watch.js';
import { pause } from './pause.js';
import type { Tally } from './tally.js';
import type { Accepted, Answer, Purchase } from './types.js';

/** A checkout that answers wrong is not flooded. */
const pauseAfterWrongMs = 1_000;

export interface SalesOptions extends Omit<Patience, 'onTried'> {
  /** Orders and what is sent twice follow from it. */
  readonly orders: Random;
  /** Of the purchases, how many are sent twice, though nothing failed. */
  readonly repeatShare: number;
  readonly tally: Tally;
  readonly latencies: { readonly firstTry: Latencies; readonly laterTry: Latencies };
  readonly outages: OutageWatch;
  readonly file: AcknowledgedFile | undefined;
  /** Called with what is wrong, as long as that is not too often. */
  readonly onWrong: (fault: string) => void;
}

/** A retry that nothing called for: while the first try is under way, or after its 201. */
type Repeat = 'none' | 'meanwhile' | 'afterwards';

/** Makes purchases, one per call and any number at a time, and notes what became of each. */
export class Sales {
  readonly #options: SalesOptions;
  readonly #patience: Patience;

  constructor(options: SalesOptions) {
    this.#options = options;
    this.#patience = {
      ...options,
      onTried: (purchase, answer, begunAt) => {
        this.#tried(purchase, answer, begunAt);
      },
    };
  }

  /** Returns once it is known what became of it, or there is no time left. What it took is counted from `dueAt`. */
  async sell(dueAt: number): Promise<void> {
    const { clock, tally, outages, givenUp } = this.#options;
    const { purchase, repeat } = this.#draw();
    tally.begun += 1;
    const tries = repeat === 'meanwhile' ? 2 : 1;
    const known = await Promise.all(Array.from({ length: tries }, () => buyUntilKnown(purchase, this.#patience)));
    const [first] = acceptedOf(known);
    const fault = faultOfPurchase(purchase, known);
    const writtenBefore = wasWrittenBefore(known);
    outages.settled(purchase, { answered: first !== undefined, writtenBefore });
    if (fault !== undefined) {
      this.#wrong(purchase, fault);
      return pause(clock, pauseAfterWrongMs, givenUp);
    }
    if (first === undefined) {
      tally.unknown.add(purchase.key);
      return;
    }
    this.#acknowledge(first, dueAt, writtenBefore);
    if (repeat === 'meanwhile') tally.repeats[known.length === acceptedOf(known).length ? 'same' : 'unknown'] += 1;
    if (repeat === 'afterwards') await this.#repeat(purchase, first);
  }

  /** Always the same number of draws, so that one purchase does not change the next. */
  #draw(): { purchase: Purchase; repeat: Repeat } {
    const { orders, repeatShare } = this.#options;
    const [repeated, meanwhile] = [orders.next() < repeatShare, orders.next() < 0.5];
    const purchase = { key: randomUUID(), order: nextOrder(orders) };
    return { purchase, repeat: repeated ? (meanwhile ? 'meanwhile' : 'afterwards') : 'none' };
  }

  #acknowledge(first: Accepted, dueAt: number, writtenBefore: boolean): void {
    const { tally, latencies, file } = this.#options;
    file?.write(first.told);
    tally.acknowledged += 1;
    if (writtenBefore) tally.writtenBefore += 1;
    latencies[first.tries === 1 ? 'firstTry' : 'laterTry'].record(first.answeredAt - dueAt);
  }

  async #repeat(purchase: Purchase, first: Accepted): Promise<void> {
    const { tally, outages } = this.#options;
    const again = await buyUntilKnown(purchase, this.#patience);
    outages.settled(purchase, { answered: again.kind === 'accepted', writtenBefore: false });
    const fault = faultOfRepeat(first, again);
    if (fault !== undefined) this.#wrong(purchase, fault);
    else tally.repeats[again.kind === 'accepted' ? 'same' : 'unknown'] += 1;
  }

  #tried(purchase: Purchase, answer: Answer, begunAt: number): void {
    const { tally, outages } = this.#options;
    if (answer.kind === 'again') tally.countFailure(answer.why);
    outages.tried(purchase, answer, begunAt);
  }

  #wrong({ key }: Purchase, fault: string): void {
    const words = `${fault} (key ${key})`;
    if (this.#options.tally.wrong.add(words)) this.#options.onWrong(words);
  }
}
