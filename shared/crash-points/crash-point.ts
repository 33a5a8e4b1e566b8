import type { CrashAt } from './crash-at.js';
import { killThisProcess } from './kill-this-process.js';
import type { PointName } from './points.js';

/** Ends the process for that reason before anything else happens in this thread. */
export type Death = (reason: string) => never;

/**
 * The one point at which this process is to die. Decorators around the ports tell it of every point they pass.
 *
 * Passages are counted from the start of the process. Each point is passed in one thread only, so each thread may count for
 * itself.
 */
export class CrashPoint {
  readonly at: CrashAt;
  readonly #death: Death;
  #passages = 0;

  constructor(at: CrashAt, death: Death = killThisProcess) {
    this.at = at;
    this.#death = death;
  }

  /** Passes a point: the end, if it is that one and as often as it says. */
  pass(name: PointName): void {
    if (this.reaches(name)) this.die();
  }

  /** Passes a point at which there is something left to do before the end: if true, do it, and `die`. */
  reaches(name: PointName): boolean {
    if (name !== this.at.point) return false;
    this.#passages += 1;
    return this.#passages === this.at.passage;
  }

  die(): never {
    return this.#death(`crash point ${this.at.point}, passage ${this.at.passage}: killed`);
  }
}
