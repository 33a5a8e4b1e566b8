import { type ReceiverName, receivers } from '../../shared/shop-client/service-names.js';
import type { CheckoutStatus } from '../../shared/shop-client/shop-answers.js';
import type { ShopClient } from '../../shared/shop-client/shop-client.js';
import type { Weather } from './weather.js';

const deliveredDeadlineMs = 90_000;

/** Makes the weather at the receivers, and does afterwards what a person would. All three services must run. */
export class Caretaker {
  /** Entries that were parked and tried again. */
  released = 0;
  readonly #shop: ShopClient;

  constructor(shop: ShopClient) {
    this.#shop = shop;
  }

  async setWeather(receiver: ReceiverName, { faults, paused }: Pick<Weather, 'faults' | 'paused'>): Promise<void> {
    await this.#shop.injectFaults(receiver, faults);
    await this.#administer(`/destinations/${receiver}/${paused ? 'pause' : 'resume'}`);
  }

  /** Ends all faults and pauses. */
  async clear(): Promise<void> {
    for (const receiver of receivers) await this.setWeather(receiver, { faults: {}, paused: false });
  }

  /** Has all that is parked tried again. Returns the status from before. */
  async release(): Promise<CheckoutStatus> {
    const status = await this.#shop.status();
    for (const receiver of receivers) {
      if (status.destinations[receiver]?.parked === 0) continue;
      const { retried } = await this.#administer<{ retried: number }>(`/deliveries/${receiver}/retry`);
      this.released += retried;
    }
    return status;
  }

  /** Has what is parked tried again, and returns once everything up to an entry is delivered. */
  async deliverUpTo(sequence: number): Promise<void> {
    const isDelivered = ({ log }: CheckoutStatus) => log.lowWaterMark >= sequence;
    await this.#untilDelivered(`everything up to ${sequence} is delivered`, isDelivered);
  }

  /** Clears the weather, has what is parked tried again, and returns once everything is delivered. */
  async mend(): Promise<void> {
    await this.clear();
    await this.#untilDelivered('everything is delivered', owesNothing);
  }

  async #untilDelivered(what: string, isDelivered: (status: CheckoutStatus) => boolean): Promise<void> {
    await this.#shop.waitUntil(what, () => this.release(), isDelivered, { deadlineMs: deliveredDeadlineMs });
  }

  async #administer<Body>(path: string): Promise<Body> {
    const answer = await this.#shop.administer<Body>(path);
    if (answer.status === 200) return answer.body;
    throw new Error(`POST ${path} was answered with ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
}

function owesNothing({ log, destinations }: CheckoutStatus): boolean {
  return (
    log.lowWaterMark === log.durableSequence &&
    receivers.every((receiver) => destinations[receiver]?.pending === 0 && destinations[receiver].parked === 0)
  );
}
