import type { Order } from '../purchase/index.js';
import { createHttpClient, type Answer, type HttpClient } from './http-client.js';
import type { ReceiverName, ServiceName } from './service-names.js';
import type {
  Audited,
  CheckoutStatus,
  FinanceSummary,
  ListedDelivery,
  PurchaseView,
  Redelivery,
  WarehouseSummary,
} from './shop-answers.js';
import { waitUntil, type WaitOptions } from './wait-until.js';

const auditPage = 1000;

export const anOrder: Order = {
  customerId: 'alice',
  currency: 'GBP',
  items: [{ sku: 'BOOK-1', quantity: 2, unitPrice: 1250 }],
};

/** The service has been started and does not do its work yet, or does not any more. */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
}

/** An answer with another status than what was asked for has when all is well. */
export class UnexpectedAnswerError extends Error {
  override readonly name = 'UnexpectedAnswerError';

  constructor(
    readonly status: number,
    body: unknown,
    url?: string,
  ) {
    super(`${url === undefined ? '' : `${url} `}answered ${status}: ${JSON.stringify(body)}`);
  }
}

/** What people and programs outside can ask the three services, wherever those run. */
export class ShopClient {
  readonly #client: HttpClient = createHttpClient();
  readonly #urls: Readonly<Record<ServiceName, string>>;
  readonly adminToken: string;
  readonly #explain: () => string;

  /** `explain` is asked when something was waited for in vain. */
  constructor(urls: Readonly<Record<ServiceName, string>>, adminToken: string, explain = () => '') {
    this.#urls = urls;
    this.adminToken = adminToken;
    this.#explain = explain;
  }

  /** Cuts its connections. */
  closeConnections(): Promise<void> {
    return this.#client.close();
  }

  /** One `POST /checkout`, whatever comes of it. @throws NoAnswerError */
  post(order: unknown = anOrder, key?: string): Promise<Answer<PurchaseView>> {
    const headers = key === undefined ? {} : { 'idempotency-key': key };
    return this.#client.request('POST', `${this.#urls.checkout}/checkout`, { body: order, headers });
  }

  /** A purchase that must be accepted. */
  async buy(order: Order = anOrder, key?: string): Promise<PurchaseView> {
    return expectStatus(201, await this.post(order, key));
  }

  async purchase(id: string): Promise<PurchaseView> {
    return this.#get(`${this.#urls.checkout}/purchases/${id}`);
  }

  async status(): Promise<CheckoutStatus> {
    return this.#get(`${this.#urls.checkout}/status`);
  }

  /** Whether a service says that it can do its work and, if not, why. @throws NoAnswerError */
  readiness(name: ServiceName): Promise<Answer<{ reason?: string; detail?: string }>> {
    return this.#client.request('GET', `${this.#urls[name]}/readyz`);
  }

  async warehouseSummary(): Promise<WarehouseSummary> {
    return this.#get(`${this.#urls.warehouse}/summary`);
  }

  async financeSummary(): Promise<FinanceSummary> {
    return this.#get(`${this.#urls.finance}/summary`);
  }

  /** What a receiver holds after a sequence, in sequence order; empty at the end. Never ends between entries with the same one. */
  async auditPage(receiver: ReceiverName, after: number, limit: number): Promise<Audited[]> {
    const url = `${this.#urls[receiver]}/audit?after=${after}&limit=${limit}`;
    return (await this.#get<{ entries: Audited[] }>(url)).entries;
  }

  /** Everything a receiver holds, in sequence order. */
  async audit(receiver: ReceiverName): Promise<Audited[]> {
    const held: Audited[] = [];
    for (;;) {
      const page = await this.auditPage(receiver, held.at(-1)?.sequence ?? 0, auditPage);
      if (page.length === 0) return held;
      held.push(...page);
    }
  }

  /** What the checkout has accepted after a sequence, in sequence order. */
  async purchasesPage(after: number, limit: number): Promise<Audited[]> {
    const { purchases } = await this.look<{ purchases: Audited[] }>(`/purchases?after=${after}&limit=${limit}`);
    return purchases;
  }

  /** What became of purchases after a sequence at one destination, in sequence order; those that are not owed to it are left out. */
  async deliveriesPage(destination: string, after: number, limit: number): Promise<ListedDelivery[]> {
    const query = `destination=${encodeURIComponent(destination)}&after=${after}&limit=${limit}`;
    return (await this.look<{ deliveries: ListedDelivery[] }>(`/deliveries?${query}`)).deliveries;
  }

  /** How many events a receiver has seen with this result since it was started. */
  async received(receiver: ReceiverName, result: 'applied' | 'duplicate'): Promise<number> {
    const text = await this.#get<string>(`${this.#urls[receiver]}/metrics`);
    const sample = new RegExp(`^receiver_events_total\\{[^}]*"${result}"[^}]*\\} (\\d+)`, 'm').exec(text);
    if (sample === null) throw new Error(`${receiver} does not count ${result} events`);
    return Number(sample[1]);
  }

  /** The value of a metric without labels. */
  async metric(service: ServiceName, name: string): Promise<number> {
    const sample = new RegExp(`^${name} (\\S+)$`, 'm').exec(await this.#get<string>(`${this.#urls[service]}/metrics`));
    if (sample === null) throw new Error(`${service} has no metric ${name}`);
    return Number(sample[1]);
  }

  /** An admin route of the checkout. */
  async administer<Body>(path: string, body?: unknown): Promise<Answer<Body>> {
    return this.#client.request('POST', `${this.#urls.checkout}${path}`, { body: body ?? {}, headers: this.#admin });
  }

  /** Has confirmed deliveries made again; what is refused comes with the reason. */
  async redeliver(destination: string, sequences: readonly number[], reason: string): Promise<Redelivery> {
    const answer = await this.administer<Redelivery>(`/deliveries/${destination}/redeliver`, { sequences, reason });
    return expectStatus(200, answer);
  }

  /** What an admin route of the checkout shows. */
  async look<Body>(path: string): Promise<Body> {
    return this.#get(`${this.#urls.checkout}${path}`);
  }

  /** Makes a receiver fail on purpose; it must run as a demonstration. */
  async injectFaults(receiver: ReceiverName, faults: Readonly<Record<string, number | string>>): Promise<void> {
    const options = { body: faults, headers: this.#admin };
    expectStatus(200, await this.#client.request('PUT', `${this.#urls[receiver]}/faults`, options));
  }

  /** Looks until it holds; says at the deadline what was last seen. */
  waitUntil<T>(
    what: string,
    look: () => Promise<T>,
    holds: (seen: T) => boolean,
    options: WaitOptions = {},
  ): Promise<T> {
    return waitUntil(what, look, holds, { explain: this.#explain, ...options });
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
    return expectStatus(200, await this.#client.request<Body>('GET', url, { headers: this.#admin }), url);
  }
}

function expectStatus<Body>(status: number, answer: Answer<Body>, url?: string): Body {
  if (answer.status === status) return answer.body;
  const { type } = answer.body as { type?: string };
  if (type === 'urn:problem-type:not-ready') throw new NotReadyError(JSON.stringify(answer.body));
  throw new UnexpectedAnswerError(answer.status, answer.body, url);
}
