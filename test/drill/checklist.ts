import type { Check } from '../soak/examine.js';

/** A book that is lost would have a fault for each of a million purchases. */
const faultsKeptMax = 100;

/** What must hold, looked at again and again; a fault stays. */
export class Checklist {
  readonly #faults = new Map<string, string[]>();

  get checks(): readonly Check[] {
    return [...this.#faults].map(([what, faults]) => ({ what, faults }));
  }

  get holds(): boolean {
    return [...this.#faults.values()].every((faults) => faults.length === 0);
  }

  /** Enters what was found now; nothing: it holds. What was found before is not entered twice. */
  enter(what: string, found: readonly string[]): void {
    const faults = this.#faults.get(what) ?? [];
    const more = found.filter((fault) => !faults.includes(fault));
    this.#faults.set(what, [...faults, ...more].slice(0, faultsKeptMax));
  }

  /** As `enter`, without more of them than are kept. */
  async enterEach(what: string, found: AsyncIterable<string>): Promise<void> {
    const some: string[] = [];
    for await (const fault of found) {
      some.push(fault);
      if (some.length === faultsKeptMax) break;
    }
    this.enter(what, some);
  }
}
