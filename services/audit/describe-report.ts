import {
  disagreementsOf,
  unfinishedOf,
  type AuditReport,
  type Kind,
  type Money,
  type NamedKind,
} from '../../shared/audit/index.js';
import { readableCount, readableMoney, wrap } from '../../shared/command-line/index.js';
import { alwaysShown, kindNames, kinds } from './kind-names.js';

const width = 79;
const nameWidth = 22;
const columnWidth = 18;

/** The books side by side, the first of each kind that is not as it should be, and a verdict. Fits 80 columns. */
export function describeReport(report: AuditReport): string {
  const { checkout, warehouse, finance, acknowledged } = report;
  const sides = [checkout, warehouse, finance];
  const currencies = [...new Set(sides.flatMap(({ money }) => Object.keys(money)))].toSorted();
  const atReceivers = kinds
    .map((kind) => ({ kind, cells: [warehouse.kinds[kind], finance.kinds[kind]] }))
    .filter(({ kind, cells }) => alwaysShown.includes(kind) || cells.some(({ count }) => count > 0));
  return [
    row(`up to ${readableCount(report.end)}`, 'checkout', 'warehouse', 'finance'),
    row('entries', ...[checkout.purchases, warehouse.entries, finance.entries].map(readableCount)),
    ...currencies.map((currency) => row(currency, ...sides.map(({ money }) => sum(money, currency)))),
    ...atReceivers.map(({ kind, cells }) =>
      row(kindNames[kind], '', ...cells.map(({ count }) => readableCount(count))),
    ),
    ...(acknowledged
      ? [
          row('acknowledged', readableCount(acknowledged.told)),
          row('of those lost', readableCount(acknowledged.lost.count)),
        ]
      : []),
    ...[...disagreementsOf(report), ...unfinishedOf(report)].flatMap(describeKind),
    '',
    ...wrap(verdict(report), width),
    '',
  ].join('\n');
}

/** One line that says how it is. */
export function verdict(report: AuditReport): string {
  const list = (named: readonly NamedKind[]) =>
    named.map(({ words, kind }) => `${readableCount(kind.count)} ${words}`).join(', ');
  const [wrong, unfinished] = [list(disagreementsOf(report)), list(unfinishedOf(report))];
  if (!report.agrees) return `THE BOOKS DO NOT AGREE: ${wrong}${unfinished ? `; besides, ${unfinished}` : ''}.`;
  if (unfinished) return `The books agree as far as they go: ${unfinished}.`;
  return `The books agree: ${readableCount(report.checkout.purchases)} purchases, all where they belong, each once.`;
}

function describeKind({ words, kind }: NamedKind): string[] {
  return [
    '',
    `${readableCount(kind.count)} ${words}:`,
    ...kind.first.map(({ sequence, id, detail }) =>
      `  ${sequence} ${id}${detail === undefined ? '' : `${id === '' ? '' : ': '}${detail}`}`.trimEnd(),
    ),
    ...more(kind),
  ];
}

function more({ count, first }: Kind): string[] {
  return count > first.length ? [`  and ${readableCount(count - first.length)} more (--ids names more of them)`] : [];
}

function row(name: string, ...cells: readonly string[]): string {
  return `${name.padEnd(nameWidth)}${cells.map((cell) => cell.padStart(columnWidth)).join('')}`.trimEnd();
}

function sum(money: Money, currency: string): string {
  return readableMoney(money[currency] ?? 0n, currency);
}
