import { setTimeout as sleep } from 'node:timers/promises';

import { NoAnswerError, NotReadyError, type CheckoutStatus, type ShopClient } from '../../shared/shop-client/index.js';

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
  readonly #onSight: (sight: Sight) => void;
  readonly #startedAt = performance.now();
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;

  constructor(shop: ShopClient, onSight: (sight: Sight) => void) {
    this.#shop = shop;
    this.#onSight = onSight;
    this.#running = this.#run();
    void Promise.allSettled([this.#running]);
  }

  /** @throws what went wrong in looking */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#onSight(await this.#look());
      await sleep(everyMs, undefined, { signal }).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
  }

  async #look(): Promise<Sight> {
    const [status, warehouse, finance] = await Promise.all([
      ifTold(this.#shop.status()),
      ifTold(this.#shop.warehouseSummary()),
      ifTold(this.#shop.financeSummary()),
    ]);
    const books = { warehouse: warehouse?.purchases, finance: finance?.purchases };
    return { elapsedMs: performance.now() - this.#startedAt, status, ...books };
  }
}

async function ifTold<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof NoAnswerError || error instanceof NotReadyError) return undefined;
    throw error;
  });
}
