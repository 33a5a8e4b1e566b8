import { createHash } from 'node:crypto';

/** The states that have been opened, by what was on the disk and what had been promised. */
export class VisitedStates {
  /** By settings as well: the fewest crashes that led there. */
  readonly #crashes = new Map<string, number>();
  readonly #distinct = new Set<string>();

  /** Different disks and promises, whatever the settings of the log that opened them. */
  get distinct(): number {
    return this.#distinct.size;
  }

  /** Whether a state must be opened: it is new, or was reached only on a longer way, of which less was left to explore. */
  mustOpen(state: string, settings: string, crashes: number): boolean {
    const key = digest(`${settings} ${state}`);
    const fewest = this.#crashes.get(key);
    if (fewest !== undefined && fewest <= crashes) return false;
    this.#crashes.set(key, crashes);
    this.#distinct.add(digest(state));
    return true;
  }
}

/** 96 bits: among ten million states, two are taken for one with a probability of one in 10^15. */
function digest(text: string): string {
  return createHash('sha1').update(text).digest().toString('latin1', 0, 12);
}
