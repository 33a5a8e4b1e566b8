import { Lane } from './lane.js';
import { LaneCommands } from './lane-commands.js';
import type { Dispatcher, Done, LaneStatus, RedeliveredMany, Refused, RetriedMany } from './operation.js';
import type { Clock, DeliveryJournal, DestinationOptions, OutboxLog, Sequence, Transport } from './types.js';

export interface DispatcherSurroundings {
  /** Used by this dispatcher alone. */
  readonly journal: DeliveryJournal;
  readonly destinations: readonly DestinationOptions[];
  /** Builds the transport of one destination; the dispatcher closes it. */
  readonly transportFor: (destination: DestinationOptions) => Transport;
  readonly clock: Clock;
  /** Like Math.random: jitter is drawn from it. */
  readonly random: () => number;
  readonly log: OutboxLog;
}

/** Builds a dispatcher; nothing happens before `start`. */
export function createDispatcher(surroundings: DispatcherSurroundings): Dispatcher {
  return new LaneDispatcher(surroundings);
}

interface Served {
  readonly lane: Lane;
  readonly commands: LaneCommands;
}

/** One lane per destination. Owns their start and end; what happens in a lane is the lane's. */
class LaneDispatcher implements Dispatcher {
  readonly failed: Promise<never>;
  readonly #served = new Map<string, Served>();
  #fail: (error: unknown) => void = () => undefined;
  #started: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;

  constructor({ journal, destinations, transportFor, clock, random, log }: DispatcherSurroundings) {
    this.failed = new Promise<never>((_, reject) => {
      this.#fail = reject;
    });
    for (const options of destinations) {
      if (this.#served.has(options.name)) throw new Error(`two destinations are called ${options.name}`);
      const transport = transportFor(options);
      const lane = new Lane(options, { journal, transport, clock, random, log, onFailed: this.#fail });
      this.#served.set(options.name, { lane, commands: new LaneCommands(lane, journal, clock) });
    }
  }

  start(): Promise<void> {
    this.#started ??= this.#startLanes();
    return this.#started;
  }

  stop(deadlineMs: number): Promise<void> {
    this.#stopped ??= this.#stopLanes(deadlineMs);
    return this.#stopped;
  }

  status(): Record<string, LaneStatus> {
    return Object.fromEntries([...this.#served].map(([name, { lane }]) => [name, lane.status()]));
  }

  pause(destination: string, why?: string): Promise<Done | Refused> {
    return this.#command(destination, async ({ lane }) => {
      await lane.flow.setPaused(true, why);
      return { status: 'done' };
    });
  }

  resume(destination: string, why?: string, catchUpRatePerSecond?: number | null): Promise<Done | Refused> {
    return this.#command(destination, async ({ lane }) => {
      await lane.flow.setPaused(false, why, catchUpRatePerSecond);
      return { status: 'done' };
    });
  }

  retry(destination: string, sequence: Sequence, why?: string): Promise<Done | Refused> {
    return this.#command(destination, ({ commands }) => commands.retry(sequence, why));
  }

  retryParked(destination: string, why?: string): Promise<RetriedMany | Refused> {
    return this.#command(destination, ({ commands }) => commands.retryParked(why));
  }

  redeliver(destination: string, sequences: readonly Sequence[], why: string): Promise<RedeliveredMany | Refused> {
    return this.#command(destination, ({ commands }) => commands.redeliver(sequences, why));
  }

  discard(destination: string, sequence: Sequence, reason: string): Promise<Done | Refused> {
    return this.#command(destination, ({ commands }) => commands.discard(sequence, reason));
  }

  /** A command that throws has met a broken journal: whoever asked hears it, and so does whoever runs the process. */
  async #command<T>(destination: string, run: (served: Served) => Promise<T>): Promise<T | Refused> {
    const served = this.#served.get(destination);
    if (served === undefined) return { status: 'refused', reason: 'unknown-destination' };
    if (this.#started === undefined || served.lane.isHalted()) return { status: 'refused', reason: 'stopped' };
    try {
      await this.#started;
      return await run(served);
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  async #startLanes(): Promise<void> {
    await Promise.all([...this.#served.values()].map(({ lane }) => lane.start()));
  }

  async #stopLanes(deadlineMs: number): Promise<void> {
    await Promise.all([...this.#served.values()].map(({ lane }) => lane.stop(deadlineMs)));
    // A start that was still opening lanes: they are halted, so it only has to come back. Its caller hears if it failed.
    await Promise.allSettled([this.#started]);
  }
}
