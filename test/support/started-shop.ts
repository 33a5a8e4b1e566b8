import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { ServiceName } from '../../shared/shop-client/service-names.js';
import { freePorts } from '../../shared/shop-processes/free-port.js';
import type { Exit } from '../../shared/shop-processes/service-process.js';
import { ShopClient } from '../../shared/shop-client/shop-client.js';

const main = fileURLToPath(new URL('../../services/start/main.js', import.meta.url));

/** What `npm start` runs after the build, with ports and data of its own. */
export class StartedShop extends ShopClient {
  readonly ports: Readonly<Record<ServiceName, number>>;
  readonly #child;
  readonly #directory: string;
  readonly #output: { text: string };
  #exit: Exit | undefined;

  /** Starts it and waits for nothing. */
  static async launch(environment: Readonly<Record<string, string>> = {}): Promise<StartedShop> {
    const directory = await mkdtemp(join(tmpdir(), 'started-shop-'));
    const ports = await freePorts('checkout', 'warehouse', 'finance');
    return new StartedShop(ports, directory, environment);
  }

  private constructor(
    ports: Readonly<Record<ServiceName, number>>,
    directory: string,
    environment: Readonly<Record<string, string>>,
  ) {
    const url = (name: ServiceName) => `http://127.0.0.1:${ports[name]}`;
    const output = { text: '' };
    super(
      { checkout: url('checkout'), warehouse: url('warehouse'), finance: url('finance') },
      environment.ADMIN_TOKEN ?? '',
      () => output.text,
    );
    this.ports = ports;
    this.#directory = directory;
    this.#output = output;
    this.#child = spawn(process.execPath, [main], {
      env: {
        PATH: process.env.PATH,
        CHECKOUT_PORT: String(ports.checkout),
        WAREHOUSE_PORT: String(ports.warehouse),
        FINANCE_PORT: String(ports.finance),
        DATA_DIR: directory,
        LOG_FORMAT: 'json',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const collect = (chunk: Buffer) => {
      output.text += chunk.toString();
    };
    this.#child.stdout.on('data', collect);
    this.#child.stderr.on('data', collect);
    // Not "close": a service that outlives it, which is what some stories are about, holds the output open.
    this.#child.once('exit', (code, signal) => {
      this.#exit = { code, signal };
    });
  }

  /** All that it and the services have printed. */
  get output(): string {
    return this.#output.text;
  }

  /** Returns once it has printed where everything is. */
  async untilWelcome(): Promise<void> {
    await this.waitUntil(
      'the addresses are printed',
      () => Promise.resolve(this.output),
      (output) => output.includes('Ctrl-C stops all three.') || this.#exit !== undefined,
    );
    if (this.#exit !== undefined) throw new Error(`it ended: ${JSON.stringify(this.#exit)}\n${this.output}`);
  }

  /** Process id of a service that runs now, as it says itself in its log. */
  processId(name: ServiceName): number {
    const lines = [...this.output.matchAll(new RegExp(`^\\[${name} *\\] .*"pid":(\\d+)`, 'gm'))];
    const pid = Number(lines.at(-1)?.[1]);
    if (!Number.isInteger(pid)) throw new Error(`${name} has logged no process id\n${this.output}`);
    return pid;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** How it ended; waits for the end. */
  async ended(): Promise<Exit> {
    const exit = await this.waitUntil(
      'npm start has ended',
      () => Promise.resolve(this.#exit),
      (ended) => ended !== undefined,
    );
    return exit!;
  }

  /** Returns once nobody listens on a port. */
  async untilPortIsFree(name: ServiceName): Promise<void> {
    await this.waitUntil(
      `the ${name} is gone`,
      () =>
        fetch(`http://127.0.0.1:${this.ports[name]}/healthz`).then(
          () => false,
          () => true,
        ),
      (gone) => gone,
    );
  }

  /** Stops what still runs and removes the data. */
  async close(): Promise<void> {
    this.signal('SIGTERM');
    await this.ended();
    await this.closeConnections();
    await rm(this.#directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
