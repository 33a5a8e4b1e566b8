import { count } from '../soak/figures.js';
import type { Sight } from './lookout.js';

/** One line that says how far a drill is; what matters least is at its end, where a terminal may cut it. */
export function picture(sight: Sight): string {
  const { killsDone, killsAll, weather } = sight;
  const skies = weather ? [...new Set([weather.warehouse.words, weather.finance.words])].join(' | ') : 'audit';
  return [
    `${count(killsDone)}/${count(killsAll)} kills`,
    `${count(sight.acknowledged)} sold`,
    `mark ${orDown(sight.mark)}`,
    `${orDown(sight.pending)} owed`,
    timeLeft(sight),
    skies,
  ].join('  ');
}

function orDown(value: number | undefined): string {
  return value === undefined ? '(down)' : count(value);
}

function timeLeft({ elapsedMs, killsDone, killsAll }: Sight): string {
  if (killsDone === 0) return '… left';
  const seconds = ((killsAll - killsDone) * elapsedMs) / killsDone / 1000;
  return seconds < 100 ? `${Math.round(seconds)} s left` : `${Math.round(seconds / 60)} min left`;
}
