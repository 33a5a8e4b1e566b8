/*
 * What idempotency keys stand for, as one would write it with a map, and a random run that holds an engine against it: purchases
 * come one by one and many at a time, time passes and is set back, everything is confirmed and pruned, what the engine can make
 * anew is lost, and it is started again.
 */
import { expect } from '@jest/globals';

import type { AppendResult, EpochMs, StoredPurchase } from '../../shared/journal/types.js';
import type { PurchaseRecord } from '../../shared/purchase/index.js';
import { readable } from '../support/append-readable.js';
import { createRandom, type Random } from '../../shared/customers/random.js';
import { confirmed } from '../support/sample-outcome.js';
import { keyedPurchase, samplePurchase } from '../support/sample-purchase.js';
import { bothDestinations, sequence, type EngineUnderTest } from './engine-under-test.js';

const steps = 30;
const hour = 3_600_000;
/** An engine may forget a key that has expired, but not so soon that a clock that is set back by less would notice. */
const setBackMax = hour - 1;
const keys = ['a', 'b', 'c'];
const callers = [undefined, 'app', 'web'] as const;

interface Name {
  readonly key: string;
  readonly caller?: string;
}

const names: readonly Name[] = keys.flatMap((key) => callers.map((caller) => ({ key, ...(caller && { caller }) })));
const textOf = ({ key, caller }: Name) => `${key} of ${caller ?? 'nobody'}`;

class KeysModel {
  readonly #holders = new Map<string, StoredPurchase>();
  #durable = 0;

  get durable(): number {
    return this.#durable;
  }

  append(record: PurchaseRecord): AppendResult {
    const { idempotency, caller, purchase } = record;
    const name = idempotency && { key: idempotency.key, ...(caller && { caller }) };
    const existing = name && this.find(name, Date.parse(purchase.acceptedAt));
    if (existing) return { status: 'duplicate', existing };
    this.#durable += 1;
    if (name) this.#holders.set(textOf(name), { sequence: sequence(this.#durable), record });
    return { status: 'appended', sequence: sequence(this.#durable) };
  }

  find(name: Name, at: number): StoredPurchase | undefined {
    const holder = this.#holders.get(textOf(name));
    return holder && at < expiryOf(holder) ? holder : undefined;
  }

  /** Times at which the answer for a key may change. */
  edges(name: Name): number[] {
    const holder = this.#holders.get(textOf(name));
    const expiry = holder ? expiryOf(holder) : Infinity;
    return expiry === Infinity ? [] : [expiry - 1, expiry];
  }

  /** What nobody knows any more: it was pruned, and then the database was lost. */
  forget(upTo: number): void {
    for (const [text, { sequence }] of this.#holders) if (sequence <= upTo) this.#holders.delete(text);
  }
}

function expiryOf({ record }: StoredPurchase): number {
  return record.idempotency?.expiresAt === undefined ? Infinity : Date.parse(record.idempotency.expiresAt);
}

export async function runKeysModel(seed: number, test: EngineUnderTest): Promise<void> {
  const random = createRandom(seed);
  const model = new KeysModel();
  let number = 0;
  /** The latest that any clock has shown. */
  let latest = Date.UTC(2030, 0, 1);

  const now = () => (random.integer(0, 3) === 0 ? latest - random.integer(0, setBackMax) : latest);

  const doSomething: readonly (() => Promise<void>)[] = [
    async () => {
      latest += random.pick([0, 1, random.integer(0, 3 * hour)]);
      const records = Array.from({ length: random.integer(1, 8) }, () => purchaseOf(random, ++number, now()));
      const results = await Promise.all(records.map((record) => test.journal.append(record)));
      expect({ seed, results }).toEqual({ seed, results: records.map((record) => model.append(record)) });
    },
    async () => {
      if (model.durable > 0) await readable(test.delivery, model.durable);
    },
    async () => {
      if (model.durable > 0) await readable(test.delivery, model.durable);
      for (const destination of bothDestinations) {
        const { cursor } = await test.delivery.openLane(destination);
        const open = Array.from({ length: model.durable - cursor }, (_, index) => confirmed(cursor + 1 + index));
        await test.delivery.settle(destination, open);
      }
      await test.keepHouse();
    },
    () => test.reopen(),
    async () => {
      if (await test.loseDerived()) model.forget(test.journal.recovery.unknownBefore);
    },
  ];

  for (let step = 1; step <= steps; step += 1) {
    await doSomething[random.pick([0, 0, 0, 0, 1, 2, 2, 3, 4])]?.();
    for (const name of names) {
      const times = [latest, ...model.edges(name).filter((at) => at >= latest - setBackMax)];
      for (const at of times) {
        const found = await test.journal.findByKey(name, at as EpochMs);
        expect({ seed, step, name, at, found }).toEqual({ seed, step, name, at, found: model.find(name, at) });
      }
    }
  }
}

function purchaseOf(random: Random, number: number, acceptedAt: number): PurchaseRecord {
  if (random.integer(0, 9) === 0) return samplePurchase(number);
  // One that never expires ends the game for its key: few do.
  const expires = random.integer(0, 49) > 0;
  return keyedPurchase(number, {
    ...random.pick(names),
    acceptedAt,
    ...(expires && { expiresAt: acceptedAt + random.pick([1, 2, 5]) * hour }),
  });
}
