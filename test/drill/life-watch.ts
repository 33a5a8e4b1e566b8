import { setTimeout as sleep } from 'node:timers/promises';

import type { ServiceName } from '../../shared/shop-client/service-names.js';
import type { CheckoutStatus, DeliveryCounts } from '../../shared/shop-client/shop-answers.js';
import type { Shop } from '../../shared/shop-processes/shop.js';
import { ifThere } from '../../shared/shop-client/if-there.js';

/** How exact the times are, besides what one look takes. */
export const lookEveryMs = 5;

/**
 * Looks at one life of a service from its start on, until it has become ready and a delivery has come through, or until it is
 * over. Times are since the start of the process.
 */
export class LifeWatch {
  readyMs: number | undefined;
  firstDeliveryMs: number | undefined;
  /** What a checkout says of its start. */
  recovery: CheckoutStatus['recovery'] | undefined;
  readonly #shop: Shop;
  readonly #service: ServiceName;
  readonly #startedAt = performance.now();
  readonly #pid: number | undefined;
  readonly #looking: Promise<void>;

  /** To be made as soon as the service is launched. */
  constructor(shop: Shop, service: ServiceName) {
    this.#shop = shop;
    this.#service = service;
    this.#pid = shop[service].pid;
    this.#looking = this.#look();
    // What goes wrong in looking is thrown by `over`.
    void Promise.allSettled([this.#looking]);
  }

  get runs(): boolean {
    return this.#pid !== undefined && this.#shop[this.#service].pid === this.#pid;
  }

  /** Waits until it is ready. @throws if it has ended */
  untilReady(): Promise<void> {
    return this.#until('is ready', () => this.readyMs !== undefined);
  }

  /** Waits until it is ready and a delivery has come through. @throws if it has ended */
  async untilDelivers(): Promise<void> {
    await this.#until('has a delivery', () => this.firstDeliveryMs !== undefined);
    await this.over();
  }

  /** Returns when nothing is looked at any more. @throws what went wrong in looking */
  over(): Promise<void> {
    return this.#looking;
  }

  async #until(what: string, holds: () => boolean): Promise<void> {
    const name = this.#service;
    const seen = await this.#shop.waitUntil(
      `${name} ${what}`,
      () => Promise.resolve({ runs: this.runs, holds: holds() }),
      ({ runs, holds }) => holds || !runs,
    );
    if (!seen.holds) throw new Error(`${name} has ended by itself\n${this.#shop[name].lifeOutput}`);
  }

  async #look(): Promise<void> {
    while (this.runs && this.firstDeliveryMs === undefined) {
      if (this.readyMs === undefined) {
        const answer = await ifThere(this.#shop.readiness(this.#service));
        if (answer?.status === 200) this.readyMs = this.#elapsedMs;
      } else if (((await ifThere(this.#delivered())) ?? 0) > 0) {
        this.firstDeliveryMs = this.#elapsedMs;
      }
      await sleep(lookEveryMs);
    }
  }

  get #elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  /** How many deliveries have come through in this life. */
  async #delivered(): Promise<number> {
    if (this.#service !== 'checkout') return this.#shop.received(this.#service, 'applied');
    const { destinations, recovery } = await this.#shop.status();
    this.recovery = recovery;
    // There are no counts as long as the delivery thread is silent.
    const counts = Object.values(destinations).map((destination) => destination.counts as DeliveryCounts | null);
    return counts.reduce((sum, count) => sum + (count?.confirmed ?? 0), 0);
  }
}
