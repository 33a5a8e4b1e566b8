import type { ShopClient } from '../../shared/shop-client/shop-client.js';
import { ifThere, RepeatedLook } from '../../shared/shop-client/index.js';
import type { Round } from './types.js';

const everyMs = 1_000;

/** How far a drill is; undefined is what nobody answered, because the checkout is down or starts. */
export interface Sight {
  readonly elapsedMs: number;
  readonly killsDone: number;
  readonly killsAll: number;
  readonly acknowledged: number;
  readonly weather: Round['weather'] | undefined;
  readonly mark: number | undefined;
  /** Deliveries that are owed, to both receivers together. */
  readonly pending: number | undefined;
}

/** What a drill knows of itself. */
export type Progress = Pick<Sight, 'killsDone' | 'killsAll' | 'acknowledged' | 'weather'>;

/** The most resident memory that was seen. */
export interface MemoryMax {
  readonly checkoutBytes: number;
  readonly drillBytes: number;
}

/** Looks at a drill every second, tells what it sees, and remembers the most memory. */
export class Lookout {
  readonly #shop: ShopClient;
  readonly #progress: () => Progress;
  readonly #startedAt = performance.now();
  readonly #looking: RepeatedLook;
  #checkoutBytes = 0;
  #drillBytes = 0;

  constructor(shop: ShopClient, progress: () => Progress, onSight: (sight: Sight) => void) {
    this.#shop = shop;
    this.#progress = progress;
    this.#looking = new RepeatedLook(everyMs, async () => {
      onSight(await this.#look());
    });
  }

  get elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  get memoryMax(): MemoryMax {
    return { checkoutBytes: this.#checkoutBytes, drillBytes: this.#drillBytes };
  }

  /** @throws what went wrong in looking */
  stop(): Promise<void> {
    return this.#looking.stop();
  }

  async #look(): Promise<Sight> {
    const [status, checkoutBytes] = await Promise.all([
      ifThere(this.#shop.status()),
      ifThere(this.#shop.metric('checkout', 'process_resident_memory_bytes')),
    ]);
    this.#checkoutBytes = Math.max(this.#checkoutBytes, checkoutBytes ?? 0);
    this.#drillBytes = Math.max(this.#drillBytes, process.memoryUsage.rss());
    const owed = status && Object.values(status.destinations).map(({ pending }) => pending);
    return {
      ...this.#progress(),
      elapsedMs: this.elapsedMs,
      mark: status?.log.lowWaterMark,
      pending: owed?.reduce((sum, pending) => sum + pending, 0),
    };
  }
}
