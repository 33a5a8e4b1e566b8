import { setTimeout as sleep } from 'node:timers/promises';

import { type ReceiverName, type ServiceName, receivers } from '../../shared/shop-client/service-names.js';
import type { Shop } from '../../shared/shop-processes/shop.js';
import type { CheckoutStatus } from '../../shared/shop-client/shop-answers.js';
import type { Deed } from './soak-plan.js';
import type { Weather } from './weather.js';

const deliveredDeadlineMs = 90_000;

/** Does to the shop what is planned, and what a person would do about it; counts both. */
export class Operator {
  readonly kills: Record<ServiceName, number> = { checkout: 0, warehouse: 0, finance: 0 };
  /** Entries that were parked and tried again. */
  released = 0;
  weathers = 0;
  readonly #shop: Shop;
  readonly #weather = new Map<ReceiverName, Weather>();
  /** Repeats that a receiver had counted when it was killed. */
  readonly #repeatsBefore: Record<ReceiverName, number> = { warehouse: 0, finance: 0 };

  constructor(shop: Shop) {
    this.#shop = shop;
  }

  async perform(deed: Deed): Promise<void> {
    if (deed.kind === 'kill') await this.#kill(deed.service, deed.downMs);
    else await this.#setWeather(deed.receiver, deed.weather);
  }

  /** Ends all faults and pauses, has what is parked tried again, and returns once everything is delivered. */
  async mend(): Promise<void> {
    for (const receiver of receivers) {
      await this.#shop.injectFaults(receiver, {});
      await this.#setPaused(receiver, false);
    }
    await this.#shop.waitUntil('everything is delivered', () => this.#release(), isDelivered, {
      deadlineMs: deliveredDeadlineMs,
    });
  }

  /** Events that a receiver got although it had them: at least so many, as a kill forgets the last it counted. */
  async repeats(receiver: ReceiverName): Promise<number> {
    return this.#repeatsBefore[receiver] + (await this.#shop.received(receiver, 'duplicate'));
  }

  async #setWeather(receiver: ReceiverName, weather: Weather): Promise<void> {
    this.weathers += 1;
    this.#weather.set(receiver, weather);
    await this.#shop.injectFaults(receiver, weather.faults);
    await this.#setPaused(receiver, weather.paused);
    await this.#release();
  }

  async #setPaused(receiver: ReceiverName, paused: boolean): Promise<void> {
    await this.#administer(`/destinations/${receiver}/${paused ? 'pause' : 'resume'}`);
  }

  /** Has all that is parked tried again. Returns the status from before. */
  async #release(): Promise<CheckoutStatus> {
    const status = await this.#shop.status();
    for (const receiver of receivers) {
      if (status.destinations[receiver]?.parked === 0) continue;
      const { retried } = await this.#administer<{ retried: number }>(`/deliveries/${receiver}/retry`);
      this.released += retried;
    }
    return status;
  }

  async #kill(service: ServiceName, downMs: number): Promise<void> {
    this.kills[service] += 1;
    if (service !== 'checkout') this.#repeatsBefore[service] = await this.repeats(service);
    await this.#shop[service].kill('SIGKILL');
    await sleep(downMs);
    await this.#shop[service].start();
    // Faults live in memory: without this a kill would end them.
    if (service !== 'checkout') await this.#shop.injectFaults(service, this.#weather.get(service)?.faults ?? {});
  }

  async #administer<Body>(path: string): Promise<Body> {
    const answer = await this.#shop.administer<Body>(path);
    if (answer.status === 200) return answer.body;
    throw new Error(`POST ${path} was answered with ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
}

function isDelivered({ log, destinations }: CheckoutStatus): boolean {
  return (
    log.lowWaterMark === log.durableSequence &&
    receivers.every((receiver) => destinations[receiver]?.pending === 0 && destinations[receiver].parked === 0)
  );
}
