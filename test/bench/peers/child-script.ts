import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import type { Order, Told } from './messages.js';

const stopDeadlineMs = 20_000;

/** A script of this folder as a process of its own, which ends when this one does. */
export class ChildScript {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #ended = new AbortController();
  #errors = '';

  /** Returns once it says that it is ready. @throws with what it printed, if it ends before that */
  static async start(script: string, task: unknown): Promise<ChildScript> {
    const child = new ChildScript(script, task);
    await child.told();
    return child;
  }

  private constructor(script: string, task: unknown) {
    this.#name = script;
    this.#child = fork(fileURLToPath(new URL(script, import.meta.url)), [JSON.stringify(task)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { PATH: process.env.PATH },
      // Ctrl-C is for the process that started it.
      detached: true,
    });
    this.#child.once('close', () => {
      this.#ended.abort(new Error(`${this.#name} has ended\n${this.#errors}`));
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#errors = (this.#errors + chunk.toString()).slice(-4_000)));
  }

  /** Aborted when it has ended, with what it printed. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** The newest of what it has printed as errors. */
  get errors(): string {
    return this.#errors.trim();
  }

  tell(order: Order): void {
    this.#child.send(order);
  }

  /** The next thing that it tells. @throws if it ends before that */
  async told(): Promise<Told> {
    try {
      const [message] = (await once(this.#child, 'message', { signal: this.ended })) as [Told];
      return message;
    } catch (error) {
      this.ended.throwIfAborted();
      throw error;
    }
  }

  /** Tells it to stop and waits for its end; one that takes too long is killed. Returns the last thing that it told. */
  async stop(): Promise<Told> {
    if (this.ended.aborted) return {};
    let last: Told = {};
    this.#child.on('message', (message) => (last = message as Told));
    const exited = once(this.#child, 'exit');
    this.tell('stop');
    const impatience = setTimeout(() => this.#child.kill('SIGKILL'), stopDeadlineMs);
    await exited;
    clearTimeout(impatience);
    return last;
  }
}
