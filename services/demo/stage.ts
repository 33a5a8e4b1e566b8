import { setTimeout as sleep } from 'node:timers/promises';

import type { Acknowledged, PurchaseStream } from '../../shared/customers/index.js';
import type { Shop } from '../../shared/shop-processes/index.js';
import type { CheckoutStatus, ServiceName } from '../../shared/shop-client/index.js';
import type { Extent } from './extent.js';
import type { Narrator } from './narrator.js';

/** Longer than anything here takes on a busy machine; a step that waits so long has failed. */
const deadlineMs = 60_000;

/** From a kill on; what the service was left down on purpose is in it. */
export interface Recovery {
  readonly service: ServiceName;
  readonly downMs: number;
  readonly readyMs: number;
}

/** What a step acts on. Every wait ends when the demonstration is interrupted. */
export class Stage {
  readonly shop: Shop;
  readonly narrator: Narrator;
  readonly extent: Extent;
  /** Purchases that were made beside the stream of sales. */
  readonly besides: Acknowledged[] = [];
  readonly recoveries: Recovery[] = [];
  readonly #sales: PurchaseStream;
  readonly #signal: AbortSignal;

  constructor(options: { shop: Shop; sales: PurchaseStream; narrator: Narrator; extent: Extent; signal: AbortSignal }) {
    this.shop = options.shop;
    this.narrator = options.narrator;
    this.extent = options.extent;
    this.#sales = options.sales;
    this.#signal = options.signal;
  }

  /** Acknowledged so far. */
  get sold(): number {
    return this.#sales.count;
  }

  status(): Promise<CheckoutStatus> {
    return this.shop.status();
  }

  until<T>(what: string, look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
    return this.shop.waitUntil(what, look, holds, { deadlineMs, signal: this.#signal });
  }

  untilStatus(what: string, holds: (status: CheckoutStatus) => boolean): Promise<CheckoutStatus> {
    return this.until(what, () => this.status(), holds);
  }

  /** Returns once so many more purchases have been acknowledged. */
  async untilSold(more: number): Promise<void> {
    const target = this.sold + more;
    await this.until(
      `${more} more purchases are acknowledged`,
      () => Promise.resolve(this.sold),
      (sold) => sold >= target,
    );
  }

  /** Time to read what was said. */
  read(): Promise<void> {
    return this.pause(this.extent.readingMs);
  }

  async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#signal });
  }

  /** Ends a service as a power cut would, and leaves it down. */
  async kill(service: ServiceName): Promise<{ since: number }> {
    const since = performance.now();
    await this.shop[service].kill('SIGKILL');
    return { since };
  }

  /** Starts a killed service again, and returns once it is ready. */
  async start(service: ServiceName, { since }: { since: number }): Promise<Recovery> {
    this.#signal.throwIfAborted();
    const downMs = performance.now() - since;
    await this.shop[service].start();
    const recovery = { service, downMs, readyMs: performance.now() - since };
    this.recoveries.push(recovery);
    return recovery;
  }
}
