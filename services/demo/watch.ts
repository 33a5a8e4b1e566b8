import { ifThere, RepeatedLook, type CheckoutStatus, type ShopClient } from '../../shared/shop-client/index.js';

const everyMs = 200;

/** The shop at one moment; undefined is what nobody told, because a service is down or starts. */
export interface Sight {
  readonly elapsedMs: number;
  readonly status: CheckoutStatus | undefined;
  /** Purchases in its books. */
  readonly warehouse: number | undefined;
  readonly finance: number | undefined;
}

/** Looks at the shop a few times a second, until it is told to stop, and shows what it sees. */
export class Watch {
  readonly #shop: ShopClient;
  readonly #startedAt = performance.now();
  readonly #looking: RepeatedLook;

  constructor(shop: ShopClient, onSight: (sight: Sight) => void) {
    this.#shop = shop;
    this.#looking = new RepeatedLook(everyMs, async () => {
      onSight(await this.#look());
    });
  }

  /** @throws what went wrong in looking */
  stop(): Promise<void> {
    return this.#looking.stop();
  }

  async #look(): Promise<Sight> {
    const [status, warehouse, finance] = await Promise.all([
      ifThere(this.#shop.status()),
      ifThere(this.#shop.warehouseSummary()),
      ifThere(this.#shop.financeSummary()),
    ]);
    const books = { warehouse: warehouse?.purchases, finance: finance?.purchases };
    return { elapsedMs: performance.now() - this.#startedAt, status, ...books };
  }
}
