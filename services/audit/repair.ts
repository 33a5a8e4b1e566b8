import { setTimeout as sleep } from 'node:timers/promises';

import { patiently } from '../../shared/audit/index.js';
import type { ReceiverName, ShopClient } from '../../shared/shop-client/index.js';

const pauseMs = 500;

/** What was asked of the checkout, by destination. */
export interface RepairReport {
  readonly redelivered: Readonly<Record<ReceiverName, number>>;
  /** Not delivered again, by the reason that the checkout gave. */
  readonly refused: Readonly<Record<string, number>>;
}

/** Asks the checkout to deliver again what is missing, page by page, as the audit finds it. */
export class Repair {
  readonly #shop: ShopClient;
  readonly #signal: AbortSignal;
  readonly #redelivered: Record<ReceiverName, number> = { warehouse: 0, finance: 0 };
  readonly #refused: Record<string, number> = {};

  constructor(shop: ShopClient, signal: AbortSignal) {
    this.#shop = shop;
    this.#signal = signal;
  }

  get report(): RepairReport {
    return { redelivered: { ...this.#redelivered }, refused: { ...this.#refused } };
  }

  /** Resolves once it is on record at the checkout. It takes so many as it has room for: the others wait here for theirs. */
  async redeliver(receiver: ReceiverName, sequences: readonly number[]): Promise<void> {
    for (let left = sequences; left.length > 0;) {
      const asked = left;
      const ask = () => this.#shop.redeliver(receiver, asked, `audit: missing at ${receiver}`);
      const { redelivered, refused } = await patiently(ask, this.#signal);
      this.#redelivered[receiver] += redelivered.length;
      left = refused.filter(({ reason }) => reason === 'no-room' || reason === 'busy').map(({ sequence }) => sequence);
      for (const { reason } of refused) {
        if (reason !== 'no-room' && reason !== 'busy') this.#refused[reason] = (this.#refused[reason] ?? 0) + 1;
      }
      if (left.length > 0) await sleep(pauseMs, undefined, { signal: this.#signal });
    }
  }
}
