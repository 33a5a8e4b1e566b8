import { createPace } from '../../shared/customers/pace.js';
import { PurchaseStream, type Acknowledged } from '../../shared/customers/purchase-stream.js';
import type { Random } from '../../shared/customers/random.js';
import type { ShopClient } from '../../shared/shop-client/shop-client.js';

const customersMin = 8;
/** A purchase takes some ten milliseconds where all cores are busy. */
const perSecondOfCustomer = 25;

export interface SalesOptions {
  readonly perSecondMax: number;
  /** Gets what was acknowledged in a stretch of sales, when that is over. */
  readonly onSold: (acknowledged: readonly Acknowledged[]) => void;
}

/** Sales with rests in between. */
export class Sales {
  readonly #shop: ShopClient;
  readonly #random: Random;
  readonly #options: SalesOptions;
  #sold = 0;
  #stream: PurchaseStream | undefined;

  constructor(shop: ShopClient, random: Random, options: SalesOptions) {
    this.#shop = shop;
    this.#random = random;
    this.#options = options;
  }

  /** How many purchases have been acknowledged. */
  get count(): number {
    return this.#sold + (this.#stream?.count ?? 0);
  }

  /**
   * Customers buy until `meanwhile` is over; each gets an answer to what they began. @throws what `meanwhile` threw, and then
   * waits for nobody: there may be no checkout any more. Customers go on until the shop's connections are closed.
   */
  async during(meanwhile: () => Promise<void>): Promise<void> {
    const { perSecondMax, onSold } = this.#options;
    const customers = Math.max(customersMin, Math.ceil(perSecondMax / perSecondOfCustomer));
    const stream = new PurchaseStream(this.#shop, this.#random, customers, createPace(perSecondMax));
    this.#stream = stream;
    await meanwhile();
    const acknowledged = await stream.stop();
    this.#stream = undefined;
    this.#sold += acknowledged.length;
    onSold(acknowledged);
  }
}
