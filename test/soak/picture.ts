import { count, mebibytes } from './figures.js';
import type { Sight } from './watch.js';

/** One line that says how far everything is. */
export function picture(sight: Sight): string {
  const seconds = Math.round(sight.elapsedMs / 1000);
  return [
    `${String(seconds).padStart(4)} s`,
    `${count(sight.acknowledged)} acknowledged`,
    `${orDown(sight.warehouse, count)} at warehouse`,
    `${orDown(sight.finance, count)} at finance`,
    `mark ${orDown(sight.mark, count)}`,
    `${orDown(sight.pending, count)} pending`,
    orDown(sight.rssBytes, mebibytes),
  ].join(' · ');
}

function orDown(value: number | undefined, words: (value: number) => string): string {
  return value === undefined ? '(down)' : words(value);
}
