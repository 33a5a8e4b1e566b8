import type { DestinationOptions, LaneState, Sequence } from './types.js';

/**
 * Knows which of the entries that a lane reads may have been in flight when the last life of this process ended.
 *
 * That life held at most a window of entries without an outcome, the first ones there were; so they are among the first
 * `windowMax` that are read now, and were there when the journal was opened. (A window that was made smaller for this life is
 * too small for that; what is beyond it is sent again without suspicion.)
 */
export class LastLife {
  readonly #end: Sequence;
  #left: number;

  constructor({ windowMax }: Pick<DestinationOptions, 'windowMax'>, { endAtStart }: Pick<LaneState, 'endAtStart'>) {
    this.#end = endAtStart;
    this.#left = windowMax;
  }

  /** To be asked once for each entry without an outcome, in the order in which they are read. */
  mayHaveSent(sequence: Sequence): boolean {
    if (this.#left === 0 || sequence > this.#end) return false;
    this.#left -= 1;
    return true;
  }
}
