import { setTimeout as sleep } from 'node:timers/promises';

/** Looks again and again, from its making on, with a pause after each look, until it is stopped. */
export class RepeatedLook {
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;

  constructor(everyMs: number, look: () => Promise<void>) {
    this.#running = this.#run(everyMs, look);
    void Promise.allSettled([this.#running]);
  }

  /** Returns when the look under way is over. @throws what went wrong in looking */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(everyMs: number, look: () => Promise<void>): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await look();
      await sleep(everyMs, undefined, { signal }).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
  }
}
