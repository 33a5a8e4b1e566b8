import { NoAnswerError } from '../../shared/shop-client/index.js';
import type { CheckoutClient } from './checkout-client.js';
import { pause } from './pause.js';
import type { Clock } from './types.js';

const everyMs = 1_000;

/** Deliveries that the checkout owes, to all destinations together; `down`: nobody tells. */
export type Owed = number | 'down';

/** Asks the checkout every second how many deliveries it owes. */
export class OwedWatch {
  readonly #client: Pick<CheckoutClient, 'status'>;
  readonly #clock: Clock;
  #owed: Owed = 'down';

  constructor(client: Pick<CheckoutClient, 'status'>, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  get owed(): Owed {
    return this.#owed;
  }

  /** Returns when the signal is aborted. */
  async run(ended: AbortSignal): Promise<void> {
    while (!ended.aborted) {
      await this.look(ended);
      await pause(this.#clock, everyMs, ended);
    }
  }

  async look(ended: AbortSignal): Promise<void> {
    try {
      const { status, body } = await this.#client.status(ended);
      const destinations = status === 200 && typeof body === 'object' ? body?.destinations : undefined;
      this.#owed = destinations ? Object.values(destinations).reduce((sum, { pending }) => sum + pending, 0) : 'down';
    } catch (error) {
      if (!(error instanceof NoAnswerError)) throw error;
      this.#owed = 'down';
    }
  }
}
