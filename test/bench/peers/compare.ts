import type { LoadResult } from '../load-driver.js';
import { median } from '../statistics.js';
import type { FanOutResult } from './bench-fan-out.js';
import type { Row } from './turns.js';

/** The median of the ratios to ours of the same turn; undefined where either has no result. */
function ratioToOurs<Result>(row: Row<Result>, rows: readonly Row<Result>[], of: (result: Result) => number) {
  const ours = rows.find(({ name }) => name === 'ours')?.results ?? [];
  const ratios = row.results.flatMap((result, turn) => {
    const ourResult = ours[turn];
    return ourResult === undefined ? [] : [of(result) / of(ourResult)];
  });
  return ratios.length === 0 ? undefined : median(ratios);
}

const middle = <Result>({ results }: Row<Result>, of: (result: Result) => number) =>
  results.length === 0 ? undefined : median(results.map(of));

/** A row of the first table: medians of its turns. */
export function compareAcknowledged(rows: readonly Row<LoadResult>[]) {
  return rows.map((row) => ({
    name: row.name,
    title: row.title,
    acknowledgedPerSecond: middle(row, (each) => each.requestsPerSecond),
    p50Ms: middle(row, (each) => each.p50Ms),
    p99Ms: middle(row, (each) => each.p99Ms),
    ratio: ratioToOurs(row, rows, (each) => each.requestsPerSecond),
    p99Ratio: ratioToOurs(row, rows, (each) => each.p99Ms),
    errors: row.results.reduce((sum, { errors }) => sum + errors, 0),
    failure: row.failure,
  }));
}

/** A row of the second one. */
export function compareFanOut(rows: readonly Row<FanOutResult>[]) {
  return rows.map((row) => ({
    name: row.name,
    title: row.title,
    purchasesPerSecond: middle(row, (each) => each.purchasesPerSecond),
    ratio: ratioToOurs(row, rows, (each) => each.purchasesPerSecond),
    remaining: row.results.length === 0 ? undefined : Math.max(...row.results.map(({ remaining }) => remaining)),
    failure: row.failure,
  }));
}
