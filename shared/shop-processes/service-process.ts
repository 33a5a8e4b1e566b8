import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { waitUntil, type ServiceName } from '../shop-client/index.js';
import { freePort } from './free-port.js';

const readyDeadlineMs = 30_000;
const outputLengthMax = 200_000;

/** How a process ended: one of the two is null. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ServiceSetup {
  readonly name: ServiceName;
  readonly dataDirectory: string;
  /** All the variables it gets besides PORT and DATA_DIR: nothing leaks in from the process that starts it. */
  readonly environment: Readonly<Record<string, string>>;
  /** By default one that is free. */
  readonly port?: number;
}

/**
 * One service as a real process, which may be killed and started again with the same port and data.
 *
 * It hangs on an IPC channel, so that it stops when the process that started it is killed.
 */
export class ServiceProcess {
  readonly name: ServiceName;
  readonly port: number;
  readonly url: string;
  readonly dataDirectory: string;
  readonly #environment: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;
  #exit: Exit = { code: 0, signal: null };
  #endedAt = -Infinity;
  #output = '';
  #lifeOutput = '';

  /** Chooses a port; starts nothing yet. */
  static async prepare(setup: ServiceSetup): Promise<ServiceProcess> {
    return new ServiceProcess(setup, setup.port ?? (await freePort()));
  }

  private constructor({ name, dataDirectory, environment }: ServiceSetup, port: number) {
    this.name = name;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.dataDirectory = dataDirectory;
    this.#environment = environment;
  }

  /** Process id while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** When the last life that is over ended, in the time of `performance.now()`. */
  get endedAt(): number {
    return this.#endedAt;
  }

  /** What it has printed, over all its lives; the newest if that is much. */
  get output(): string {
    return this.#output;
  }

  /** What it has printed in the life that was launched last; the newest if that is much. */
  get lifeOutput(): string {
    return this.#lifeOutput;
  }

  /** How the life that was launched last has ended; waits for the end and for all its output. */
  async ended(): Promise<Exit> {
    await waitUntil(
      `${this.name} has ended`,
      () => Promise.resolve(this.#child === undefined),
      (over) => over,
      { explain: () => this.output },
    );
    return this.#exit;
  }

  /** Starts it, as `launch` does, and returns once it says it is ready. @throws if it ends before that */
  async start(overrides: Readonly<Record<string, string>> = {}): Promise<void> {
    this.launch(overrides);
    await waitUntil(
      `${this.name} is ready`,
      async () => this.#child === undefined || (await isReady(this.url)),
      (over) => over,
      { deadlineMs: readyDeadlineMs, explain: () => this.output },
    );
    if (this.#child === undefined) throw new Error(`${this.name} ended before it was ready\n${this.output}`);
  }

  /** Starts it and returns at once. `overrides` are variables of this life only. */
  launch(overrides: Readonly<Record<string, string>> = {}): void {
    if (this.#child !== undefined) throw new Error(`${this.name} runs already`);
    const main = fileURLToPath(new URL(`../../services/${this.name}/main.js`, import.meta.url));
    const child = spawn(process.execPath, [main], {
      env: {
        PORT: String(this.port),
        DATA_DIR: this.dataDirectory,
        ...this.#environment,
        ...overrides,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A group of its own: Ctrl-C in a terminal is for the one that started it, and the channel tells of that one's end.
      detached: true,
    });
    this.#lifeOutput = '';
    const collect = (chunk: Buffer) => {
      const text = chunk.toString();
      this.#output = (this.#output + text).slice(-outputLengthMax);
      this.#lifeOutput = (this.#lifeOutput + text).slice(-outputLengthMax);
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    this.#child = child;
    child.once('close', (code, signal) => {
      this.#child = undefined;
      this.#exit = { code, signal };
      this.#endedAt = performance.now();
    });
  }

  /** Sends a signal and waits for the end. Without a process that runs it returns how the last one ended. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<Exit> {
    this.#child?.kill(signal);
    return this.ended();
  }

  /** Kills it and starts it again, with the same data. */
  async killAndRestart(): Promise<void> {
    await this.kill('SIGKILL');
    await this.start();
  }
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/readyz`);
  await answer.text();
  return answer.ok;
}
