import { type ReceiverName, receivers } from '../../shared/shop-client/service-names.js';
import type { Shop } from '../../shared/shop-processes/shop.js';
import { ifThere } from '../../shared/shop-client/if-there.js';

export type Repeats = Readonly<Record<ReceiverName, number>>;

/**
 * Adds up what the receivers were sent although they had it, over all their lives. A receiver's own counter goes with its life:
 * of one that has died this knows what it was when it was read last, so it should be read before a kill.
 */
export class RepeatMeter {
  readonly #counters: Readonly<Record<ReceiverName, Counter>>;

  constructor(shop: Shop) {
    this.#counters = { warehouse: new Counter(shop, 'warehouse'), finance: new Counter(shop, 'finance') };
  }

  async read(): Promise<Repeats> {
    const { warehouse, finance } = this.#counters;
    await Promise.all([warehouse.read(), finance.read()]);
    return { warehouse: warehouse.total, finance: finance.total };
  }
}

export function repeatsBetween(before: Repeats, after: Repeats): Repeats {
  return { warehouse: after.warehouse - before.warehouse, finance: after.finance - before.finance };
}

export function repeatsAtAll(repeats: Repeats): number {
  return receivers.reduce((sum, receiver) => sum + repeats[receiver], 0);
}

class Counter {
  readonly #shop: Shop;
  readonly #receiver: ReceiverName;
  #ofEarlierLives = 0;
  #pid: number | undefined;
  #ofThisLife = 0;

  constructor(shop: Shop, receiver: ReceiverName) {
    this.#shop = shop;
    this.#receiver = receiver;
  }

  get total(): number {
    return this.#ofEarlierLives + this.#ofThisLife;
  }

  async read(): Promise<void> {
    const { pid } = this.#shop[this.#receiver];
    const count = await ifThere(this.#shop.received(this.#receiver, 'duplicate'));
    // It may have died, and another life begun, while it was asked.
    if (count === undefined || pid !== this.#shop[this.#receiver].pid) return;
    if (pid !== this.#pid) {
      this.#ofEarlierLives += this.#ofThisLife;
      this.#pid = pid;
    }
    this.#ofThisLife = count;
  }
}
