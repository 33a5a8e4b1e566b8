import { createRandom } from '../../shared/customers/random.js';
import type { ReceiverName } from '../../shared/shop-client/service-names.js';
import type { Shop } from '../../shared/shop-processes/shop.js';
import { Caretaker } from '../soak/caretaker.js';
import type { Check } from '../soak/examine.js';
import { Sales } from '../soak/sales.js';
import { auditBooks } from './audit-books.js';
import { auditThreeWays } from './audit-three-ways.js';
import { Checklist } from './checklist.js';
import { checkPoints } from './crash-points-met.js';
import { legsOf, type DrillPlan } from './drill-plan.js';
import { heldMax } from './drill-shop.js';
import { Lookout, type MemoryMax, type Sight } from './lookout.js';
import { playRound } from './play-round.js';
import { Receipts } from './receipts.js';
import { RepeatJudge } from './repeat-bound.js';
import { RepeatMeter } from './repeat-meter.js';
import type { Death, Round } from './types.js';

const cameBack = 'every service came back each time, and everything was delivered';

export interface DrillOptions {
  readonly seed: number;
  readonly kills: number;
  /** Purchases per second, at most. */
  readonly rate: number;
  /** When it is aborted no further round is begun. */
  readonly interrupted: AbortSignal;
  readonly onSight: (sight: Sight) => void;
}

/** What came of it. */
export interface DrillReport {
  readonly options: Pick<DrillOptions, 'seed' | 'kills' | 'rate'>;
  readonly batched: ReceiverName;
  readonly interrupted: boolean;
  readonly elapsedMs: number;
  readonly rounds: number;
  readonly audits: number;
  readonly acknowledged: number;
  readonly released: number;
  readonly deaths: readonly Death[];
  readonly memoryMax: MemoryMax;
  readonly checks: readonly Check[];
}

/**
 * Sells all the time while services die, in legs. After each leg all is mended, everything must be delivered, and the books are
 * held against what customers were told; after the last one, all of them once more, and against each other. A fault ends the
 * drill at its leg.
 */
export class Drill {
  readonly #shop: Shop;
  readonly #plan: DrillPlan;
  readonly #options: DrillOptions;
  readonly #caretaker: Caretaker;
  readonly #meter: RepeatMeter;
  readonly #sales: Sales;
  readonly #receipts = new Receipts();
  readonly #checklist = new Checklist();
  readonly #judge = new RepeatJudge();
  readonly #deaths: Death[] = [];
  #killsDone = 0;
  #rounds = 0;
  #audits = 0;
  #weather: Round['weather'] | undefined;

  constructor(shop: Shop, plan: DrillPlan, options: DrillOptions) {
    this.#shop = shop;
    this.#plan = plan;
    this.#options = options;
    this.#caretaker = new Caretaker(shop);
    this.#meter = new RepeatMeter(shop);
    this.#sales = new Sales(shop, createRandom(options.seed), {
      perSecondMax: options.rate,
      onSold: (sold) => {
        for (const each of sold) this.#receipts.enter(each);
      },
    });
  }

  async run(): Promise<DrillReport> {
    const progress = () => ({
      killsDone: this.#killsDone,
      killsAll: this.#options.kills,
      acknowledged: this.#sales.count,
      weather: this.#weather,
    });
    const lookout = new Lookout(this.#shop, progress, this.#options.onSight);
    try {
      await this.#playLegs();
      this.#checklist.enter(cameBack, []);
    } catch (error) {
      this.#checklist.enter(cameBack, [error instanceof Error ? error.message : String(error)]);
    } finally {
      await lookout.stop();
    }
    this.#checkDeaths();
    const { seed, kills, rate, interrupted } = this.#options;
    const { elapsedMs, memoryMax } = lookout;
    return {
      ...{ options: { seed, kills, rate }, batched: this.#plan.batched, interrupted: interrupted.aborted },
      ...{ elapsedMs, memoryMax, rounds: this.#rounds, audits: this.#audits, deaths: this.#deaths },
      ...{ acknowledged: this.#sales.count, released: this.#caretaker.released },
      checks: this.#checklist.checks,
    };
  }

  async #playLegs(): Promise<void> {
    let auditedTo = 0;
    for (const leg of legsOf(this.#plan.rounds)) {
      await this.#sales.during(() => this.#play(leg));
      this.#weather = undefined;
      await this.#caretaker.mend();
      await this.#audit(auditedTo);
      auditedTo = this.#receipts.end;
      if (this.#options.interrupted.aborted || !this.#checklist.holds) break;
    }
    await this.#audit(0);
    await auditThreeWays(this.#shop, this.#checklist);
  }

  async #play(rounds: readonly Round[]): Promise<void> {
    for (const round of rounds) {
      if (this.#options.interrupted.aborted) return;
      this.#weather = round.weather;
      const { deaths, repeats } = await playRound(round, {
        ...{ shop: this.#shop, caretaker: this.#caretaker, meter: this.#meter },
        onDeath: () => {
          this.#killsDone += 1;
        },
      });
      this.#rounds += 1;
      this.#deaths.push(...deaths);
      this.#judge.judge(this.#rounds, round, repeats);
    }
  }

  async #audit(after: number): Promise<void> {
    this.#audits += 1;
    await auditBooks(this.#shop, this.#receipts, this.#checklist, after);
  }

  #checkDeaths(): void {
    const { judged, faults } = this.#judge;
    const after = (times: number) => `(judged ${times.toLocaleString('en')} times)`;
    this.#checklist.enter(
      `a death repeats at most the ${heldMax} a lane can hold ${after(judged.concerned)}`,
      faults.concerned,
    );
    this.#checklist.enter(
      `a receiver's death repeats nothing at the other ${after(judged.unconcerned)}`,
      faults.unconcerned,
    );
    for (const { what, faults: missed } of checkPoints(this.#deaths)) this.#checklist.enter(what, missed);
  }
}
