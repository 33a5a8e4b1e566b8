import { spawn } from 'node:child_process';

import { createConcurrently, Logger, LogOutput, type CloseEvent, type Command } from 'concurrently';

import { exitNeedsPerson } from '../../shared/http/index.js';
import { killIfThere } from './kill-if-there.js';
import type { ServiceProcess } from './service-processes.js';

const restartDelayMs = 100;
const stopDeadlineMs = 15_000;
/** Number of the file descriptor that ties a child to this process: 0, 1 and 2 are taken. */
const ipcDescriptor = 3;
const colors = ['yellow', 'magenta', 'cyan'];

/**
 * Runs the services as processes of their own, each line they print under their name, and starts those anew that die.
 *
 * concurrently spawns the processes and prefixes what they print. When they are stopped and started is decided here, through
 * the places concurrently has for that, because its own rules lose a child in three cases (read in version 9.2.5):
 * - its shell stands between it and Node, so signals need a walk over `ps`, which slim machines lack, and a child killed in
 *   between can be left behind: here Node is spawned directly;
 * - its restart rule knows no exit code that means "do not": a service that cannot start as it is set up would loop;
 * - its restart rule goes on while it stops: a child that a signal ends before it has a handler would come back.
 * A supervisor without concurrently was weighed: it would have to prefix partial lines and colour them itself.
 *
 * States:
 * - running: entered by the constructor. A child that ends, however it does, is started again after a short delay.
 *   Left by `stop`, or by a child that exits with 78: a person must change something, so all others are stopped too.
 * - stopping: nothing is started any more. Children are asked to stop one after the other, last started first, so that the
 *   checkout settles with its destinations while they are there; one that does not within 15 seconds and its delay is killed, which
 *   loses nothing. Left when none runs.
 * - ended: `ended` has resolved.
 *
 * When this process dies without a word, its end of the children's IPC channels closes and they stop by themselves. They share
 * its process group, so that Ctrl-C, and a kill of the group, reach everyone at once.
 */
export class Supervisor {
  /** Resolves once nothing runs any more: with 0, or 78 if that was why. */
  readonly ended: Promise<number>;
  readonly #stopDeadlineMs: number;
  readonly #commands: readonly Command[];
  readonly #logger: Logger;
  readonly #restarts = new Map<Command, NodeJS.Timeout>();
  #exitCode = 0;
  #stopping: Promise<void> | undefined;
  #resolveEnded: (exitCode: number) => void = () => undefined;

  /** `shutdownDelayMs`: what each of them waits before it begins to stop. */
  constructor(services: readonly ServiceProcess[], shutdownDelayMs: number) {
    this.#stopDeadlineMs = stopDeadlineMs + shutdownDelayMs;
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    this.#logger = new Logger({ prefixFormat: 'name' });
    this.#logger.setPrefixLength(Math.max(...services.map(({ name }) => name.length)));
    const { commands, result } = createConcurrently(
      services.map(({ name, main, environment }) => ({ name, command: main, env: environment, ipc: ipcDescriptor })),
      {
        logger: this.#logger,
        outputStream: process.stdout,
        prefixColors: colors,
        controllers: [new LogOutput({ logger: this.#logger })],
        spawn: (main, options) => spawn(process.execPath, [main], options),
        kill: killIfThere,
      },
    );
    // concurrently's own idea of the end: it does not know that what ends is started again.
    void Promise.allSettled([result]);
    this.#commands = commands;
    for (const command of commands) {
      command.close.subscribe(({ exitCode }) => {
        this.#closed(command, exitCode);
      });
    }
  }

  /** Stops everything for good. May be called twice: both calls wait for the same end. */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#stopAll());
  }

  #closed(command: Command, exitCode: CloseEvent['exitCode']): void {
    if (this.#stopping !== undefined) return;
    if (exitCode === exitNeedsPerson) {
      this.#say(command, 'cannot start as it is set up, see above: everything is stopped');
      this.#exitCode = exitNeedsPerson;
      void this.stop();
      return;
    }
    this.#say(command, `ended (${exitCode}), is started again`);
    const restart = setTimeout(() => {
      this.#restarts.delete(command);
      command.start();
    }, restartDelayMs);
    this.#restarts.set(command, restart);
  }

  async #stopAll(): Promise<void> {
    for (const restart of this.#restarts.values()) clearTimeout(restart);
    for (const command of this.#commands.toReversed()) await this.#stopOne(command);
    this.#resolveEnded(this.#exitCode);
  }

  async #stopOne(command: Command): Promise<void> {
    if (command.state !== 'started') return;
    const deadline = setTimeout(() => {
      this.#say(command, 'did not stop in time, is killed');
      command.kill('SIGKILL');
    }, this.#stopDeadlineMs);
    await new Promise<void>((resolve) => {
      command.close.subscribe(() => {
        resolve();
      });
      command.kill('SIGTERM');
    });
    clearTimeout(deadline);
  }

  #say(command: Command, text: string): void {
    this.#logger.logCommandEvent(text, command);
  }
}
