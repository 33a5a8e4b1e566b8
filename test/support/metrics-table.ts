import { readFileSync } from 'node:fs';

/** One row of the tables in the README of `shared/telemetry`. */
export interface MetricRow {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly unit: string;
  readonly meaning: string;
}

/** Under which heading the README lists the metrics of a service. */
export type MetricSection = 'Of every service' | 'Of the checkout' | 'Of warehouse and finance' | "Node's own";

const readme = new URL('../../../shared/telemetry/README.md', import.meta.url);

/** The rows under a heading. */
export function readMetricsTable(section: MetricSection): MetricRow[] {
  const text = readFileSync(readme, 'utf8');
  const start = text.indexOf(`\n### ${section}\n`);
  if (start === -1) throw new Error(`the README has no section ${section}`);
  const [body = ''] = text.slice(start + 1).split(/\n(?=##)/);
  const rows = body.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) => {
    const [name = '', type = '', labels = '', unit = '', ...meaning] = row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim());
    const named = [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label ?? '');
    return { name: name.replaceAll('`', ''), type, labels: named, unit, meaning: meaning.join('|') };
  });
}

/** Prometheus' base units, which are the end of a name. */
export function unitOf(name: string): string {
  return /_(seconds|bytes)(_total)?$/.exec(name)?.[1] ?? '';
}
