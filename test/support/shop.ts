import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Order } from '../../shared/purchase/index.js';
import { createHttpClient, type Answer, type HttpClient } from './http-client.js';
import { ServiceProcess, type ServiceName } from './service-process.js';
import type { Audited, CheckoutStatus, FinanceSummary, PurchaseView, WarehouseSummary } from './shop-answers.js';
import { waitUntil, type WaitOptions } from './wait-until.js';

const auditPage = 1000;

export type ReceiverName = Exclude<ServiceName, 'checkout'>;

export interface ShopOptions {
  /** Variables of the checkout, besides those that wire the shop. */
  readonly checkout?: Readonly<Record<string, string>>;
  /** Variables of warehouse and finance. */
  readonly receivers?: Readonly<Record<string, string>>;
  /** Destinations besides warehouse and finance, as `name=url;options`. */
  readonly moreDestinations?: readonly string[];
}

export const anOrder: Order = {
  customerId: 'alice',
  currency: 'GBP',
  items: [{ sku: 'BOOK-1', quantity: 2, unitPrice: 1250 }],
};

/** The three services as real processes, wired together, with data in a folder of their own that goes with them. */
export class Shop {
  readonly #client: HttpClient = createHttpClient();

  private constructor(
    readonly checkout: ServiceProcess,
    readonly warehouse: ServiceProcess,
    readonly finance: ServiceProcess,
    readonly adminToken: string,
    private readonly directory: string,
  ) {}

  /** Prepares the three and starts nothing. */
  static async prepare(options: ShopOptions = {}): Promise<Shop> {
    const directory = await mkdtemp(join(tmpdir(), 'shop-'));
    const adminToken = randomBytes(16).toString('hex');
    const common = {
      WEBHOOK_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
      ADMIN_TOKEN: adminToken,
      LOG_LEVEL: 'warn',
    };
    const prepare = (name: ServiceName, environment: Readonly<Record<string, string>> = {}) =>
      ServiceProcess.prepare({
        name,
        dataDirectory: join(directory, name),
        environment: { ...common, ...environment },
      });
    const warehouse = await prepare('warehouse', options.receivers);
    const finance = await prepare('finance', options.receivers);
    const destinations = [
      `warehouse=${warehouse.url}/events`,
      `finance=${finance.url}/events`,
      ...(options.moreDestinations ?? []),
    ];
    const checkout = await prepare('checkout', { DESTINATIONS: destinations.join(','), ...options.checkout });
    return new Shop(checkout, warehouse, finance, adminToken, directory);
  }

  /** Prepares the three, starts them, and returns once all are ready. */
  static async open(options: ShopOptions = {}): Promise<Shop> {
    const shop = await Shop.prepare(options);
    try {
      await Promise.all([shop.warehouse.start(), shop.finance.start(), shop.checkout.start()]);
    } catch (error) {
      await shop.close();
      throw error;
    }
    return shop;
  }

  /** Kills all that runs and removes the data. */
  async close(): Promise<void> {
    await Promise.all(this.#processes.map((each) => each.kill('SIGKILL')));
    await this.#client.close();
    await rm(this.directory, { recursive: true, force: true });
  }

  get #processes(): readonly ServiceProcess[] {
    return [this.checkout, this.warehouse, this.finance];
  }

  /** One `POST /checkout`, whatever comes of it. @throws NoAnswerError */
  post(order: unknown = anOrder, key?: string): Promise<Answer<PurchaseView>> {
    const headers = key === undefined ? {} : { 'idempotency-key': key };
    return this.#client.request('POST', `${this.checkout.url}/checkout`, { body: order, headers });
  }

  /** A purchase that must be accepted. */
  async buy(order: Order = anOrder, key?: string): Promise<PurchaseView> {
    return expectStatus(201, await this.post(order, key));
  }

  async purchase(id: string): Promise<PurchaseView> {
    return this.#get(`${this.checkout.url}/purchases/${id}`);
  }

  async status(): Promise<CheckoutStatus> {
    return this.#get(`${this.checkout.url}/status`);
  }

  async warehouseSummary(): Promise<WarehouseSummary> {
    return this.#get(`${this.warehouse.url}/summary`);
  }

  async financeSummary(): Promise<FinanceSummary> {
    return this.#get(`${this.finance.url}/summary`);
  }

  /** Everything a receiver holds, in sequence order. */
  async audit(receiver: ReceiverName): Promise<Audited[]> {
    const held: Audited[] = [];
    for (;;) {
      const after = held.at(-1)?.sequence ?? 0;
      const url = `${this[receiver].url}/audit?after=${after}&limit=${auditPage}`;
      const { entries } = await this.#get<{ entries: Audited[] }>(url);
      if (entries.length === 0) return held;
      held.push(...entries);
    }
  }

  /** How many events a receiver has seen with this result since it was started. */
  async received(receiver: ReceiverName, result: 'applied' | 'duplicate'): Promise<number> {
    const text = await this.#get<string>(`${this[receiver].url}/metrics`);
    const sample = new RegExp(`^receiver_events_total\\{[^}]*"${result}"[^}]*\\} (\\d+)`, 'm').exec(text);
    if (sample === null) throw new Error(`${receiver} does not count ${result} events`);
    return Number(sample[1]);
  }

  /** An admin route of the checkout. */
  async administer<Body>(path: string, body?: unknown): Promise<Answer<Body>> {
    return this.#client.request('POST', `${this.checkout.url}${path}`, { body: body ?? {}, headers: this.#admin });
  }

  /** Looks until it holds; says at the deadline what was last seen and what the processes have printed. */
  waitUntil<T>(
    what: string,
    look: () => Promise<T>,
    holds: (seen: T) => boolean,
    options: WaitOptions = {},
  ): Promise<T> {
    const explain = () => this.#processes.map(({ name, output }) => `--- ${name}\n${output.slice(-4_000)}`).join('\n');
    return waitUntil(what, look, holds, { explain, ...options });
  }

  /** Waits until the mark stands at the last purchase: everything is confirmed everywhere. */
  untilAllConfirmed(options: WaitOptions = {}): Promise<CheckoutStatus> {
    return this.waitUntil(
      'every purchase is confirmed everywhere',
      () => this.status(),
      ({ log, destinations }) =>
        log.lowWaterMark === log.durableSequence && Object.values(destinations).every(({ pending }) => pending === 0),
      options,
    );
  }

  get #admin(): Record<string, string> {
    return { authorization: `Bearer ${this.adminToken}` };
  }

  async #get<Body>(url: string): Promise<Body> {
    return expectStatus(200, await this.#client.request<Body>('GET', url, { headers: this.#admin }));
  }
}

function expectStatus<Body>(status: number, answer: Answer<Body>): Body {
  if (answer.status === status) return answer.body;
  throw new Error(`answered ${answer.status} instead of ${status}: ${JSON.stringify(answer.body)}`);
}
