import { readableCount } from '../../shared/command-line/index.js';
import type { Percentiles } from './latencies.js';
import type { LoadReport } from './load-report.js';
import { readableMs } from './readable-time.js';

const nameWidth = 16;
const kindsShownMax = 8;

/** The report for people. Fits 80 columns, but for what a checkout says wrong and for long paths. */
export function summary(report: LoadReport): string {
  const { acknowledged, perSecond, seconds, latencyMs, sentTwice, pace, seed, acknowledgedFile } = report;
  const lines = [
    row('acknowledged', `${readableCount(acknowledged)} in ${readableMs(seconds * 1000)}: ${perSecond.toFixed(1)}/s`),
    row('  at first try', percentileWords(latencyMs.firstTry)),
    row('  at a later try', percentileWords(latencyMs.laterTry)),
    row('  written before', `${readableCount(report.writtenBefore)} of them, by a try whose answer was lost`),
    ...rows('tried again', triedAgainWords(report.triedAgain)),
    row('sent twice', sentTwiceWords(sentTwice)),
    ...(pace === null ? [] : [row('late', latenessWords(pace.late, pace.neverBegun))]),
    ...rows('WRONG', countedWords(report.wrong.count, report.wrong.first)),
    ...rows('unknown', countedWords(report.unknown.count, report.unknown.firstKeys, 'key ')),
    row('seed', String(seed)),
  ];
  if (acknowledgedFile !== null) {
    lines.push(row('file', acknowledgedFile), '', `check it: npm run audit -- --acknowledged ${acknowledgedFile}`);
  } else {
    lines.push('', 'with --acknowledged FILE, npm run audit checks what customers were told');
  }
  return lines.map((line) => `${line}\n`).join('');
}

function row(name: string, text: string): string {
  return `${name.padEnd(nameWidth)}  ${text}`;
}

function rows(name: string, texts: readonly string[]): string[] {
  return texts.map((text, index) => row(index === 0 ? name : '', text));
}

function percentileWords({ count, p50, p90, p99, max }: Percentiles): string {
  if (count === 0) return 'none';
  const times = `p50 ${readableMs(p50)}  p90 ${readableMs(p90)}  p99 ${readableMs(p99)}  max ${readableMs(max)}`;
  return `${readableCount(count)}  ${times}`;
}

function triedAgainWords(kinds: LoadReport['triedAgain']): string[] {
  const all = Object.entries(kinds);
  if (all.length === 0) return ['never'];
  const shown = all.slice(0, kindsShownMax).map(([kind, count]) => `${readableCount(count)} × ${kind}`);
  return all.length > kindsShownMax ? [...shown, `and ${all.length - kindsShownMax} other kinds`] : shown;
}

function sentTwiceWords({ same, unknown }: LoadReport['sentTwice']): string {
  const known = `${readableCount(same)} on purpose, each answered with the one purchase`;
  return unknown === 0 ? known : `${known}; ${readableCount(unknown)} not known`;
}

function latenessWords(late: number, neverBegun: number): string {
  const never = neverBegun === 0 ? '' : `, and ${readableCount(neverBegun)} were never begun`;
  return `${readableCount(late)} waited for a connection${never}`;
}

function countedWords(count: number, first: readonly string[], prefix = ''): string[] {
  if (count === 0) return ['0'];
  const more = count > first.length ? [`and ${readableCount(count - first.length)} more`] : [];
  return [readableCount(count), ...first.map((each) => prefix + each), ...more];
}
