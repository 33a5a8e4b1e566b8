import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Order } from '../purchase/index.js';
import { NoAnswerError, type PurchaseView, type ShopClient } from '../shop-client/index.js';
import { fillCart } from './carts.js';
import { customerNumbered, type Customer } from './customer.js';
import { noPace, type Pace } from './pace.js';
import type { Random } from './random.js';

const retryPauseMs = 20;
/** A refusal or an outcome unknown: the same key makes another try safe. */
const triedAgain = new Set([500, 503]);

/** A purchase that a customer was told is theirs. */
export interface Acknowledged {
  readonly key: string;
  readonly order: Order;
  readonly purchase: PurchaseView;
}

/**
 * Customers who buy one thing after the other, all the time. When no answer comes, or one that asks for another try, they try
 * again with the same key until there is one: so what was acknowledged is all there may be in the books.
 */
export class PurchaseStream {
  readonly #shop: ShopClient;
  readonly #random: Random;
  readonly #pace: Pace;
  readonly #acknowledged: Acknowledged[] = [];
  readonly #customers: Promise<void>[];
  #stopped = false;

  /** `pace` is asked before each purchase. */
  constructor(shop: ShopClient, random: Random, customers = 4, pace = noPace) {
    this.#shop = shop;
    this.#random = random;
    this.#pace = pace;
    this.#customers = Array.from({ length: customers }, (_, number) => this.#buyOnAndOn(customerNumbered(number)));
    // What a customer meets is thrown by flow and stop; between them nobody listens.
    void Promise.allSettled(this.#customers);
  }

  /** How many purchases have been acknowledged. */
  get count(): number {
    return this.#acknowledged.length;
  }

  /** Returns once `more` further purchases have been acknowledged. @throws what a customer met, or that nothing flows */
  async flow(more: number): Promise<void> {
    const target = this.count + more;
    const reached = this.#shop.waitUntil(
      `${more} more purchases are acknowledged`,
      () => Promise.resolve(this.count),
      (count) => count >= target,
    );
    await Promise.race([reached, Promise.all(this.#customers)]);
  }

  /** Lets everyone finish what they began, and returns all that was acknowledged. @throws what a customer met */
  async stop(): Promise<readonly Acknowledged[]> {
    this.#stopped = true;
    await Promise.all(this.#customers);
    return this.#acknowledged;
  }

  async #buyOnAndOn(customer: Customer): Promise<void> {
    for (;;) {
      await this.#pace();
      if (this.#stopped) return;
      const order = fillCart(customer, this.#random);
      const key = randomUUID();
      const purchase = await this.#buyUntilAnswered(order, key);
      this.#acknowledged.push({ key, order, purchase });
    }
  }

  async #buyUntilAnswered(order: Order, key: string): Promise<PurchaseView> {
    for (;;) {
      const answer = await this.#shop.post(order, key).catch((error: unknown) => {
        if (error instanceof NoAnswerError) return undefined;
        throw error;
      });
      if (answer?.status === 201) return answer.body;
      if (answer !== undefined && !triedAgain.has(answer.status)) {
        throw new Error(`a purchase was answered with ${answer.status}: ${JSON.stringify(answer.body)}`);
      }
      await sleep(retryPauseMs);
    }
  }
}
