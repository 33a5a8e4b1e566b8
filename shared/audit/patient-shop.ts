import type { CheckoutStatus, ListedDelivery, ReceiverName, ShopClient } from '../shop-client/index.js';
import { checkedBook, checkedPage } from './checked-page.js';
import type { Clock } from './clock.js';
import { patiently } from './patiently.js';
import type { BookEntry } from './types.js';

/** What an audit reads of a shop. */
export type AuditedShop = Pick<ShopClient, 'status' | 'purchasesPage' | 'auditPage' | 'deliveriesPage'>;

export interface PatientShopOptions {
  readonly shop: AuditedShop;
  /** Entries that are asked for at a time. */
  readonly pageMax: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** A shop that is waited for while it is down, and believed only in what can be a page. Each method throws as `patiently` does. */
export class PatientShop {
  readonly pageMax: number;
  readonly #shop: AuditedShop;
  readonly #signal: AbortSignal;
  readonly #clock: Clock;

  constructor({ shop, pageMax, signal, clock }: PatientShopOptions) {
    this.pageMax = pageMax;
    this.#shop = shop;
    this.#signal = signal;
    this.#clock = clock;
  }

  status(): Promise<CheckoutStatus> {
    return this.#ask(() => this.#shop.status());
  }

  /** What the checkout has accepted. */
  async purchasesPage(after: number): Promise<readonly BookEntry[]> {
    const page = await this.#ask(() => this.#shop.purchasesPage(after, this.pageMax));
    return checkedBook('GET /purchases of the checkout', after, page);
  }

  /** What a receiver holds; never ends between entries with the same sequence, and may be longer than other pages for that. */
  async auditPage(receiver: ReceiverName, after: number): Promise<readonly BookEntry[]> {
    const page = await this.#ask(() => this.#shop.auditPage(receiver, after, this.pageMax));
    return checkedBook(`GET /audit of ${receiver}`, after, page);
  }

  /** What became of what was owed to a receiver. */
  async deliveriesPage(receiver: ReceiverName, after: number): Promise<readonly ListedDelivery[]> {
    const page = await this.#ask(() => this.#shop.deliveriesPage(receiver, after, this.pageMax));
    return checkedPage('GET /deliveries of the checkout', after, page);
  }

  sleep(ms: number): Promise<void> {
    return this.#clock.sleep(ms, this.#signal);
  }

  #ask<T>(ask: () => Promise<T>): Promise<T> {
    return patiently(ask, this.#signal, this.#clock);
  }
}
