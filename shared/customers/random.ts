import { seededRandom } from './seeded-random.js';

/** Numbers that look random and are the same for the same seed, so that a failing run can be run again. */
export interface Random {
  readonly seed: number;
  /** From 0 up to, but not including, 1. */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number;
  pick<T>(from: readonly T[]): T;
}

/** A seed that differs from run to run; print it where a test fails. */
export function anySeed(): number {
  return Math.floor(Math.random() * 2 ** 32);
}

export function createRandom(seed: number): Random {
  const next = seededRandom(seed);
  const integer = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  return {
    seed,
    next,
    integer,
    pick: (from) => {
      const picked = from[integer(0, from.length - 1)];
      if (picked === undefined) throw new RangeError('there is nothing to pick from');
      return picked;
    },
  };
}
