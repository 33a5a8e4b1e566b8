import { createPace } from '../../shared/customers/pace.js';
import { PurchaseStream, type Acknowledged } from '../../shared/customers/purchase-stream.js';
import type { Random } from '../../shared/customers/random.js';
import type { ShopClient } from '../../shared/shop-client/shop-client.js';

const customers = 8;
/** Two cores deliver several times as many: after a storm they catch up. */
const perSecondMax = 100;

/** Sales with rests in between, and all that was acknowledged in them. */
export class Sales {
  readonly #shop: ShopClient;
  readonly #random: Random;
  readonly #acknowledged: Acknowledged[] = [];
  #stream: PurchaseStream | undefined;

  constructor(shop: ShopClient, random: Random) {
    this.#shop = shop;
    this.#random = random;
  }

  get count(): number {
    return this.#acknowledged.length + (this.#stream?.count ?? 0);
  }

  get acknowledged(): readonly Acknowledged[] {
    return this.#acknowledged;
  }

  /** Customers buy until `meanwhile` is over; each gets an answer to what they began. @throws what a customer met */
  async during(meanwhile: () => Promise<void>): Promise<void> {
    const stream = new PurchaseStream(this.#shop, this.#random, customers, createPace(perSecondMax));
    this.#stream = stream;
    try {
      await meanwhile();
    } finally {
      const acknowledged = await stream.stop();
      this.#stream = undefined;
      this.#acknowledged.push(...acknowledged);
    }
  }
}
