import { setTimeout as sleep } from 'node:timers/promises';

import { type ReceiverName, type ServiceName, receivers } from '../../shared/shop-client/service-names.js';
import { Inspector } from '../support/inspector.js';
import { liveBytes } from '../support/live-memory.js';
import type { Acknowledged } from '../../shared/customers/purchase-stream.js';
import { createRandom } from '../../shared/customers/random.js';
import type { Shop } from '../../shared/shop-processes/shop.js';
import { examine, type Check } from './examine.js';
import { memoryIsFlat } from './memory-check.js';
import { isEnough, type MemorySample } from './memory-trend.js';
import { Operator } from './operator.js';
import { Sales } from './sales.js';
import { planSoak, type Part, type SoakPlan } from './soak-plan.js';
import { inspected, openSoakShop } from './soak-shop.js';
import { Watch, type Sight } from './watch.js';

/** Two cores deliver several times as many: after a storm they catch up. */
const perSecondMax = 100;

/** A machine that is busy sells less: then the steady parts come once more, so that there is enough to judge memory by. */
const roundsMax = 2;

export interface SoakOptions {
  readonly seed: number;
  /** Of sales; what is needed to deliver the rest and to look at it comes on top. */
  readonly minutes: number;
  /** Whether services are killed. */
  readonly kills: boolean;
  readonly onSight: (sight: Sight) => void;
}

/** What came of it. */
export interface SoakReport {
  readonly options: SoakOptions;
  readonly batched: ReceiverName;
  readonly elapsedMs: number;
  readonly acknowledged: number;
  readonly weathers: number;
  readonly kills: Readonly<Record<ServiceName, number>>;
  readonly released: number;
  readonly repeats: Readonly<Record<ReceiverName, number>>;
  readonly memory: readonly MemorySample[];
  readonly rssBytesMax: number;
  readonly checks: readonly Check[];
}

/**
 * Sells through faults of all kinds, in parts. After each part all is mended, and everything must be delivered.
 *
 * Memory is judged at those rests, in one life of the checkout: then the lanes hold nothing, so that every sample has the same
 * to hold, and what is left over from purchases shows.
 */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const plan = planSoak(options.seed, options.minutes * 60_000, options.kills);
  const shop = await openSoakShop(plan.batched);
  try {
    return await soak(shop, plan, options);
  } finally {
    await shop.close();
  }
}

async function soak(shop: Shop, plan: SoakPlan, options: SoakOptions): Promise<SoakReport> {
  const operator = new Operator(shop);
  const acknowledged: Acknowledged[] = [];
  const sales = new Sales(shop, createRandom(options.seed), {
    perSecondMax,
    onSold: (sold) => acknowledged.push(...sold),
  });
  const watch = new Watch(shop, sales, options.onSight);
  const memory: MemorySample[] = [];
  try {
    const weather = async (part: Part) => {
      await sales.during(() => play(part, operator));
      await operator.mend();
    };
    await weather(plan.restless);
    await shop.checkout.kill('SIGTERM');
    await shop.checkout.start(inspected);
    const inspector = await Inspector.open(() => shop.checkout.output, 1);
    for (let round = 1; round === 1 || (round <= roundsMax && !isEnough(memory)); round += 1) {
      for (const part of plan.steady) {
        await weather(part);
        memory.push({ purchases: sales.count, liveBytes: await liveBytes(inspector) });
      }
    }
    inspector.close();
  } finally {
    await watch.stop();
  }
  const repeats = { warehouse: await operator.repeats('warehouse'), finance: await operator.repeats('finance') };
  const checks = [
    ...(await examine(shop, acknowledged)),
    ...receivers.map((receiver) => ({
      what: `${receiver} was sent some again that it had, and knew them`,
      faults: repeats[receiver] > 0 ? [] : ['none: the faults were too weak to tell anything'],
    })),
    memoryIsFlat(memory),
  ];
  const { weathers, kills, released } = operator;
  const { elapsedMs, rssBytesMax } = watch;
  const figures = { elapsedMs, acknowledged: sales.count, weathers, kills, released, repeats, memory, rssBytesMax };
  return { options, batched: plan.batched, ...figures, checks };
}

/** Does each deed at its time, or as soon after that as the one before is done. */
async function play(part: Part, operator: Operator): Promise<void> {
  const startedAt = performance.now();
  const until = (ms: number) => sleep(Math.max(0, startedAt + ms - performance.now()));
  for (const { atMs, deed } of part.deeds) {
    await until(atMs);
    await operator.perform(deed);
  }
  await until(part.durationMs);
}
