import type { Random } from './random.js';

/** An index below `length`, drawn so that the first comes up most: the n-th about 1/n times as often as the first (Zipf's law). */
export function zipf(random: Random, length: number): number {
  return Math.floor((length + 1) ** random.next()) - 1;
}
