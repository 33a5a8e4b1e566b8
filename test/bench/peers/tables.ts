import { figure, formatTable } from '../../support/print-table.js';
import type { compareAcknowledged, compareFanOut } from './compare.js';
import { marksOf } from './footnotes.js';

const shown = (value: number | undefined, format: (value: number) => string) =>
  value === undefined ? '–' : format(value);
const ratio = (value: number | undefined) => shown(value, (each) => each.toFixed(2));
const milliseconds = (value: number | undefined) => shown(value, (each) => each.toFixed(1));

export function acknowledgedTable(rows: ReturnType<typeof compareAcknowledged>): string {
  return formatTable(
    ['', 'notes', 'ack/s', 'to ours', 'p50 ms', 'p99 ms', 'p99 to ours', 'errors'],
    rows.map((row) => [
      row.title,
      marksOf(row.name, 'acknowledged'),
      shown(row.acknowledgedPerSecond, figure),
      ratio(row.ratio),
      milliseconds(row.p50Ms),
      milliseconds(row.p99Ms),
      ratio(row.p99Ratio),
      String(row.errors),
    ]),
  );
}

export function fanOutTable(rows: ReturnType<typeof compareFanOut>): string {
  return formatTable(
    ['', 'notes', 'purchases/s', 'to ours', 'left undone'],
    rows.map((row) => [
      row.title,
      marksOf(row.name, 'delivered'),
      shown(row.purchasesPerSecond, figure),
      ratio(row.ratio),
      shown(row.remaining, String),
    ]),
  );
}

/** Why rows have failed, a line for each. */
export function failureLines(rows: readonly { title: string; failure: string | undefined }[]): string[] {
  return rows.flatMap(({ title, failure }) => (failure === undefined ? [] : [`FAILED  ${title}: ${failure.trim()}`]));
}
