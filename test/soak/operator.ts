import { setTimeout as sleep } from 'node:timers/promises';

import type { ReceiverName, ServiceName } from '../../shared/shop-client/service-names.js';
import type { Shop } from '../../shared/shop-processes/shop.js';
import { Caretaker } from './caretaker.js';
import type { Deed } from './soak-plan.js';
import type { Weather } from './weather.js';

/** Does to the shop what is planned, and what a person would do about it; counts both. */
export class Operator {
  readonly kills: Record<ServiceName, number> = { checkout: 0, warehouse: 0, finance: 0 };
  weathers = 0;
  readonly #shop: Shop;
  readonly #caretaker: Caretaker;
  readonly #weather = new Map<ReceiverName, Weather>();
  /** Repeats that a receiver had counted when it was killed. */
  readonly #repeatsBefore: Record<ReceiverName, number> = { warehouse: 0, finance: 0 };

  constructor(shop: Shop) {
    this.#shop = shop;
    this.#caretaker = new Caretaker(shop);
  }

  /** Entries that were parked and tried again. */
  get released(): number {
    return this.#caretaker.released;
  }

  async perform(deed: Deed): Promise<void> {
    if (deed.kind === 'kill') await this.#kill(deed.service, deed.downMs);
    else await this.#setWeather(deed.receiver, deed.weather);
  }

  /** Ends all faults and pauses, has what is parked tried again, and returns once everything is delivered. */
  mend(): Promise<void> {
    return this.#caretaker.mend();
  }

  /** Events that a receiver got although it had them: at least so many, as a kill forgets the last it counted. */
  async repeats(receiver: ReceiverName): Promise<number> {
    return this.#repeatsBefore[receiver] + (await this.#shop.received(receiver, 'duplicate'));
  }

  async #setWeather(receiver: ReceiverName, weather: Weather): Promise<void> {
    this.weathers += 1;
    this.#weather.set(receiver, weather);
    await this.#caretaker.setWeather(receiver, weather);
    await this.#caretaker.release();
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
}
