import type { Backlogs } from './backlogs.js';

/** How the whole run is made. */
export interface BenchOptions {
  /** How often each side of a comparison is measured, in turns (A B A B …). */
  readonly turns: number;
  /** Of one measurement. */
  readonly seconds: number;
  /** Where what is measured keeps its files: on the disk that counts. */
  readonly directory: string;
  /** Of the backlogs that are called large; those that are called small have a thousand. */
  readonly backlog: number;
  /** Of those that are called very large. */
  readonly large: number;
  /** Makes them. */
  readonly backlogs: Backlogs;
}

export interface Table {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Below it: what is to be known of the figures. */
  readonly notes?: readonly string[];
}

/** One figure that is to be reached. */
export interface Aim {
  readonly what: string;
  readonly against: string;
  /** In words: `≥ 0.95`. */
  readonly aim: string;
  readonly value: string;
  readonly met: boolean;
}

export interface SectionResult {
  readonly tables: readonly Table[];
  readonly aims: readonly Aim[];
  /** For the file of results. */
  readonly figures: unknown;
}

/** One part of the benchmark, which can be run alone. */
export interface Section {
  readonly name: string;
  run(options: BenchOptions, progress: (text: string) => void): Promise<SectionResult>;
}

/** A ratio that is to be so large, or larger. */
export function atLeast(aim: number, value: number, names: Pick<Aim, 'what' | 'against'>): Aim {
  return { ...names, aim: `≥ ${aim}`, value: value.toFixed(2), met: value >= aim };
}

/** A ratio that is to be so small, or smaller. */
export function atMost(aim: number, value: number, names: Pick<Aim, 'what' | 'against'>): Aim {
  return { ...names, aim: `≤ ${aim}`, value: value.toFixed(2), met: value <= aim };
}
