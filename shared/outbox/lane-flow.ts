import type { RateLimit } from './rate-limit.js';
import type { Clock, DeliveryJournal, LaneState, OutboxLog } from './types.js';

export interface LaneFlowSurroundings {
  readonly destination: string;
  readonly journal: Pick<DeliveryJournal, 'setPaused' | 'liftCatchUpRate'>;
  readonly rate: RateLimit;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: OutboxLog;
  /** Called when the lane was held or released. */
  readonly onPaused: (paused: boolean) => void;
  /** Whether nothing waits to be sent for the first time, but perhaps the newest entry. */
  readonly hasCaughtUp: () => boolean;
  readonly onFailed: (error: unknown) => void;
}

/**
 * Whether and how fast a lane may send, as people want it: paused, and the rate until it has caught up.
 *
 * 1. Both are on record first and in force after that, so a restart finds what was asked for.
 * 2. One change at a time, in the order asked for.
 * 3. The rate is lifted once the lane has caught up, and not before; one that was set meanwhile stays.
 */
export class LaneFlow {
  readonly #surroundings: LaneFlowSurroundings;
  #paused = false;
  #lifting = false;
  #change: Promise<void> = Promise.resolve();

  constructor(surroundings: LaneFlowSurroundings) {
    this.#surroundings = surroundings;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Puts in force what is on record. */
  restore({ paused, catchUpRatePerSecond }: LaneState): void {
    this.#surroundings.rate.setCatchUp(catchUpRatePerSecond);
    this.#applyPaused(paused);
  }

  /** @param catchUpRatePerSecond null: none; undefined: as it is */
  async setPaused(paused: boolean, why: string | undefined, catchUpRatePerSecond?: number | null): Promise<void> {
    await this.#inTurn(async () => {
      const { journal, destination, clock, rate, log } = this.#surroundings;
      await journal.setPaused(destination, paused, { at: clock.now(), why }, catchUpRatePerSecond); // 1
      // The rate first: a lane that goes on without it has run the destination over by the time it comes.
      if (catchUpRatePerSecond !== undefined) rate.setCatchUp(catchUpRatePerSecond ?? undefined);
      const changed = paused !== this.#paused;
      this.#applyPaused(paused);
      if (changed)
        log.info({ destination }, paused ? 'destination is paused: its entries are kept' : 'destination goes on');
    });
    this.check();
  }

  /** Looks whether the lane has caught up. To be called when it may have. */
  check(): void {
    const { rate, hasCaughtUp, destination, journal, log } = this.#surroundings;
    const lifted = rate.catchUp;
    if (lifted === undefined || this.#lifting || this.#paused || !hasCaughtUp()) return;
    this.#lifting = true;
    void this.#inTurn(async () => {
      this.#lifting = false;
      if (rate.catchUp !== lifted || !hasCaughtUp()) return; // 3
      await journal.liftCatchUpRate(destination); // 1
      rate.setCatchUp(undefined);
      log.info({ destination }, 'destination has caught up: its rate is lifted');
    }).catch(() => undefined);
  }

  /** Resolves when no change is under way any more. */
  idle(): Promise<void> {
    return this.#change;
  }

  #applyPaused(paused: boolean): void {
    this.#paused = paused;
    this.#surroundings.onPaused(paused);
  }

  #inTurn(run: () => Promise<void>): Promise<void> {
    const change = this.#change.then(run); // 2
    this.#change = change.catch((error: unknown) => {
      this.#surroundings.onFailed(error);
    });
    return change;
  }
}
