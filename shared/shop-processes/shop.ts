import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ShopClient, type ReceiverName, type ServiceName } from '../shop-client/index.js';
import { freePorts } from './free-port.js';
import { ServiceProcess } from './service-process.js';

const outputShown = 4_000;

export interface ShopOptions {
  /** Variables of the checkout, besides those that wire the shop. */
  readonly checkout?: Readonly<Record<string, string>>;
  /** Variables of warehouse and finance. */
  readonly receivers?: Readonly<Record<string, string>>;
  /** Options of warehouse and finance as destinations, as `;key=value`: the same for both, or for each its own. */
  readonly destinationOptions?: string | Readonly<Record<ReceiverName, string>>;
  /** Has the checkout ask what a receiver has, before it sends again what that may have. */
  readonly verify?: boolean;
  /** Destinations besides warehouse and finance, as `name=url;options`. */
  readonly moreDestinations?: readonly string[];
  /** Where services keep their data, if not in the folder of the shop; that goes with whoever made it. */
  readonly dataDirectories?: Partial<Readonly<Record<ServiceName, string>>>;
}

type Processes = Readonly<Record<ServiceName, ServiceProcess>>;

/** The three services as real processes, wired together, with data in a folder of their own that goes with them. */
export class Shop extends ShopClient {
  readonly checkout: ServiceProcess;
  readonly warehouse: ServiceProcess;
  readonly finance: ServiceProcess;
  readonly #directory: string;

  private constructor(processes: Processes, adminToken: string, directory: string) {
    const { checkout, warehouse, finance } = processes;
    super({ checkout: checkout.url, warehouse: warehouse.url, finance: finance.url }, adminToken, () =>
      [checkout, warehouse, finance].map(({ name, output }) => `--- ${name}\n${output.slice(-outputShown)}`).join('\n'),
    );
    this.checkout = checkout;
    this.warehouse = warehouse;
    this.finance = finance;
    this.#directory = directory;
  }

  /** Prepares the three and starts nothing. */
  static async prepare(options: ShopOptions = {}): Promise<Shop> {
    const directory = await mkdtemp(join(tmpdir(), 'shop-'));
    const adminToken = randomBytes(16).toString('hex');
    const common = {
      WEBHOOK_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
      ADMIN_TOKEN: adminToken,
      LOG_LEVEL: 'warn',
    };
    const ports = await freePorts('checkout', 'warehouse', 'finance');
    const prepare = (name: ServiceName, environment: Readonly<Record<string, string>> = {}) =>
      ServiceProcess.prepare({
        name,
        dataDirectory: options.dataDirectories?.[name] ?? join(directory, name),
        environment: { ...common, ...environment },
        port: ports[name],
      });
    const warehouse = await prepare('warehouse', options.receivers);
    const finance = await prepare('finance', options.receivers);
    const { destinationOptions: given = '' } = options;
    const settings = typeof given === 'string' ? { warehouse: given, finance: given } : given;
    const verify = (url: string) => (options.verify ? `;verify=${url}/{id}` : '');
    const destinations = [
      `warehouse=${warehouse.url}/events${settings.warehouse}${verify(`${warehouse.url}/reservations`)}`,
      `finance=${finance.url}/events${settings.finance}${verify(`${finance.url}/entries`)}`,
      ...(options.moreDestinations ?? []),
    ];
    const checkout = await prepare('checkout', { DESTINATIONS: destinations.join(','), ...options.checkout });
    return new Shop({ checkout, warehouse, finance }, adminToken, directory);
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
    await Promise.all([this.checkout, this.warehouse, this.finance].map((each) => each.kill('SIGKILL')));
    await this.closeConnections();
    await rm(this.#directory, { recursive: true, force: true });
  }
}
