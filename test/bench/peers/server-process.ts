import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const readyDeadlineMs = 20_000;
const pollMs = 50;
const outputLengthMax = 20_000;

export interface ServerSetup {
  readonly command: string;
  readonly args: readonly string[];
  readonly identity?: Identity;
  /** Resolves when it answers; rejects while it does not. */
  readonly answers: () => Promise<unknown>;
  readonly stopSignal: NodeJS.Signals;
  /** Ends it and all its processes at once. */
  readonly killSignal: NodeJS.Signals;
}

/** The user that a program runs as, if not this one. */
export interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

/** A database server as a process of its own, which does not outlive this one, unless that is killed in a way it cannot notice. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #setup: ServerSetup;
  readonly #killAtExit: () => void;
  #output = '';

  /** Returns once it answers. @throws with what it printed, if it does not */
  static async start(setup: ServerSetup): Promise<ServerProcess> {
    const server = new ServerProcess(setup);
    try {
      await server.#answers();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  private constructor(setup: ServerSetup) {
    this.#setup = setup;
    // A group of its own: Ctrl-C is for this process, which then stops it in good order.
    this.#child = spawn(setup.command, setup.args, {
      ...setup.identity,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      cwd: '/',
    });
    const collect = (chunk: Buffer) => (this.#output = (this.#output + chunk.toString()).slice(-outputLengthMax));
    this.#child.stdout?.on('data', collect);
    this.#child.stderr?.on('data', collect);
    this.#killAtExit = () => this.#child.kill(setup.killSignal);
    process.once('exit', this.#killAtExit);
  }

  async stop(): Promise<void> {
    process.off('exit', this.#killAtExit);
    if (this.#ended) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill(this.#setup.stopSignal);
    await exited;
  }

  get #ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async #answers(): Promise<void> {
    const deadline = performance.now() + readyDeadlineMs;
    for (;;) {
      try {
        await this.#setup.answers();
        return;
      } catch (error) {
        if (this.#ended || performance.now() > deadline) {
          throw new Error(`${this.#setup.command} does not answer\n${this.#output}`, { cause: error });
        }
        await sleep(pollMs);
      }
    }
  }
}
