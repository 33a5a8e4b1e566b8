import { namesOf, type NamedEntry } from './entry-names.js';
import type { Clock, DestinationOptions, OutboxLog } from './types.js';

/** A destination that refuses everything parks hundreds in a second: one line for those of so long. */
const TOGETHER_MS = 60_000;

export interface ParkedNoticeSurroundings {
  readonly clock: Pick<Clock, 'after'>;
  readonly log: OutboxLog;
}

/**
 * Tells people that an entry waits for their decision: the first at once, those of the next minute together. What the
 * destination said is not repeated: it may speak of a customer.
 */
export class ParkedNotice {
  readonly #options: Pick<DestinationOptions, 'name'>;
  readonly #surroundings: ParkedNoticeSurroundings;
  #more = 0;
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(options: Pick<DestinationOptions, 'name'>, surroundings: ParkedNoticeSurroundings) {
    this.#options = options;
    this.#surroundings = surroundings;
  }

  /** It is parked, on record. */
  parked(entry: NamedEntry): void {
    if (this.#cancel !== undefined) {
      this.#more += 1;
      return;
    }
    const fields = { destination: this.#options.name, ...namesOf(entry) };
    this.#surroundings.log.warn(fields, 'entry is parked: it is sent no more until a person decides');
    if (!this.#stopped) this.#wait();
  }

  /** Tells what is not told yet; from now on each at once, as there is no time left to wait for more. */
  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#tellMore();
  }

  #wait(): void {
    this.#cancel = this.#surroundings.clock.after(TOGETHER_MS, () => {
      this.#cancel = undefined;
      if (this.#tellMore()) this.#wait();
    });
  }

  #tellMore(): boolean {
    if (this.#more === 0) return false;
    const fields = { destination: this.#options.name, entries: this.#more };
    this.#more = 0;
    this.#surroundings.log.warn(fields, 'more entries are parked: they are sent no more until a person decides');
    return true;
  }
}
