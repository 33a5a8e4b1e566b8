import { setMaxListeners } from 'node:events';

import { pause } from './pause.js';
import type { Clock } from './types.js';

/** What those that are under way in the end have to get their answer. */
const lastAnswersMs = 30_000;

/**
 * When a run ends. `stopped`: no more purchases are begun; those under way go on until they are known. `givenUp`: their time is over,
 * thirty seconds later. A failure is both at once.
 */
export class Ending {
  readonly #clock: Clock;
  readonly #stopped = new AbortController();
  readonly #givenUp = new AbortController();
  readonly #over = new AbortController();
  #failure: { readonly error: unknown } | undefined;

  constructor(clock: Clock, interrupted: AbortSignal) {
    this.#clock = clock;
    // Every try and every pause listens to them: as many as there are purchases under way, which is no leak.
    setMaxListeners(0, this.#stopped.signal, this.#givenUp.signal);
    const stop = () => {
      this.#stop();
    };
    if (interrupted.aborted) stop();
    interrupted.addEventListener('abort', stop, { once: true });
  }

  get stopped(): AbortSignal {
    return this.#stopped.signal;
  }

  get givenUp(): AbortSignal {
    return this.#givenUp.signal;
  }

  /** Ends the run after so many milliseconds; undefined: never. */
  after(ms: number | undefined): void {
    if (ms !== undefined)
      this.#when(ms, () => {
        this.#stop();
      });
  }

  /** Ends the run at once, since nothing more may be sold. */
  readonly fail = (error: unknown): void => {
    this.#failure ??= { error };
    this.#stop();
    this.#givenUp.abort();
  };

  /** Everything has ended: nothing is waited for any more. */
  over(): void {
    this.#over.abort();
  }

  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #stop(): void {
    if (this.#stopped.signal.aborted) return;
    this.#stopped.abort();
    this.#when(lastAnswersMs, () => {
      this.#givenUp.abort();
    });
  }

  #when(ms: number, then: () => void): void {
    void pause(this.#clock, ms, this.#over.signal).then(() => {
      if (!this.#over.signal.aborted) then();
    }, this.fail);
  }
}
