import { count as withCommas } from '../soak/figures.js';
import { distributionOf } from './distribution.js';

const rowsMax = 8;
const barMax = 40;
const niceFactors = [1, 2, 5, 10];

/**
 * Bars, one row for each range of values, all of the same width but the last: that has the one in a hundred that are far off.
 * None of no values.
 */
export function histogram(values: readonly number[]): string[] {
  const distribution = distributionOf(values);
  if (distribution === undefined) return [];
  const { min, p99, max } = distribution;
  const step = niceStep((p99 - min) / rowsMax);
  const first = Math.floor(min / step);
  const last = Math.floor(p99 / step);
  const counts = Array.from({ length: last - first + 1 }, () => 0);
  let beyond = 0;
  for (const value of values) {
    const row = Math.floor(value / step) - first;
    if (row < counts.length) counts[row] = (counts[row] ?? 0) + 1;
    else beyond += 1;
  }
  const most = Math.max(...counts, beyond);
  const rows = counts.map((count, row): [string, number] => [rangeFrom((first + row) * step, step), count]);
  if (beyond > 0) rows.push([`to ${withCommas(Math.ceil(max))}`, beyond]);
  const width = Math.max(...rows.map(([range]) => range.length));
  return rows.map(([range, count]) => `${range.padStart(width)}  ${bar(count, most)}${withCommas(count)}`);
}

/** The smallest of 1, 2, 5, 10, 20 … that is not below it. */
function niceStep(atLeast: number): number {
  const magnitude = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(atLeast, 1))));
  const factor = niceFactors.find((each) => each * magnitude >= atLeast) ?? 10;
  return factor * magnitude;
}

/** Values are compared as they are; the words are for whole ones. */
function rangeFrom(from: number, step: number): string {
  return step === 1 ? withCommas(from) : `${withCommas(from)} – ${withCommas(from + step - 1)}`;
}

/** Nothing for none; at least one mark for some. */
function bar(count: number, most: number): string {
  return count === 0 ? '' : `${'#'.repeat(Math.max(1, Math.round((count / most) * barMax)))} `;
}
