/**
 * Lets one loop sleep until something may have changed.
 *
 * A call that comes while the loop is busy is remembered, so the loop looks once more before it sleeps: no wake-up is lost
 * between looking and sleeping, and nothing polls. Calls that come together wake it once.
 */
export class WakeUp {
  #called = false;
  #sleeper: (() => void) | undefined;

  call(): void {
    this.#called = true;
    const sleeper = this.#sleeper;
    this.#sleeper = undefined;
    sleeper?.();
  }

  /** Resolves after a call, at once if there was one since the last time. For one sleeper. */
  async wait(): Promise<void> {
    if (!this.#called) {
      await new Promise<void>((resolve) => {
        this.#sleeper = resolve;
      });
    }
    this.#called = false;
  }
}
