import type { ShopClient } from '../../shared/shop-client/shop-client.js';
import { ifThere, RepeatedLook } from '../../shared/shop-client/index.js';
import type { Sales } from './sales.js';

const everyMs = 1_000;

/** The shop at one moment; undefined is what nobody answered, because a service is down or starts. */
export interface Sight {
  readonly elapsedMs: number;
  readonly acknowledged: number;
  readonly warehouse: number | undefined;
  readonly finance: number | undefined;
  readonly mark: number | undefined;
  /** Deliveries that are owed, to both destinations together. */
  readonly pending: number | undefined;
  /** Resident memory of the checkout. */
  readonly rssBytes: number | undefined;
}

/** Looks at the shop every second, shows what it sees, and remembers the most memory that it saw. */
export class Watch {
  readonly #shop: ShopClient;
  readonly #sales: Sales;
  readonly #startedAt = performance.now();
  readonly #looking: RepeatedLook;
  #rssBytesMax = 0;

  constructor(shop: ShopClient, sales: Sales, onSight: (sight: Sight) => void) {
    this.#shop = shop;
    this.#sales = sales;
    this.#looking = new RepeatedLook(everyMs, async () => {
      onSight(await this.#look());
    });
  }

  get elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }
  get rssBytesMax(): number {
    return this.#rssBytesMax;
  }

  /** @throws what went wrong in looking */
  stop(): Promise<void> {
    return this.#looking.stop();
  }

  async #look(): Promise<Sight> {
    const [warehouse, finance, status, rssBytes] = await Promise.all([
      ifThere(this.#shop.warehouseSummary()),
      ifThere(this.#shop.financeSummary()),
      ifThere(this.#shop.status()),
      ifThere(this.#shop.metric('checkout', 'process_resident_memory_bytes')),
    ]);
    this.#rssBytesMax = Math.max(this.#rssBytesMax, rssBytes ?? 0);
    const owed = status && Object.values(status.destinations).map(({ pending }) => pending);
    return {
      elapsedMs: this.elapsedMs,
      acknowledged: this.#sales.count,
      warehouse: warehouse?.purchases,
      finance: finance?.purchases,
      mark: status?.log.lowWaterMark,
      pending: owed?.reduce((sum, pending) => sum + pending, 0),
      rssBytes,
    };
  }
}
