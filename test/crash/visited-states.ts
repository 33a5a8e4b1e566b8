import { createHash } from 'node:crypto';

/** The states that have been opened, by what was on the disk and what had been promised. */
export class VisitedStates {
  /** By settings as well: how many further crashes have been explored from there. */
  readonly #explored = new Map<string, number>();
  readonly #distinct = new Set<string>();

  /** Different disks and promises, whatever the settings of the log that opened them. */
  get distinct(): number {
    return this.#distinct.size;
  }

  /** Whether a state must be opened: it is new, or less was explored from it than the crashes that are still to follow. */
  mustOpen(state: string, settings: string, crashesToFollow: number): boolean {
    const key = digest(`${settings} ${state}`);
    if ((this.#explored.get(key) ?? -1) >= crashesToFollow) return false;
    this.#explored.set(key, crashesToFollow);
    this.#distinct.add(digest(state));
    return true;
  }
}

/** 96 bits: among ten million states, two are taken for one with a probability of one in 10^15. */
function digest(text: string): string {
  return createHash('sha1').update(text).digest().toString('latin1', 0, 12);
}
