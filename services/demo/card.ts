import { disagreementsOf, type AuditReport } from '../../shared/audit/index.js';
import { readableCount, readableMoney, type Paint } from '../../shared/command-line/index.js';
import type { Acknowledged } from '../../shared/customers/index.js';
import { receivers, type ReceiverName } from '../../shared/shop-client/index.js';
import { readableSeconds } from './readable-time.js';
import type { Recovery } from './stage.js';

const nameWidth = 22;
const columnWidth = 17;

/** What a demonstration came to. */
export interface Outcome {
  readonly acknowledged: readonly Acknowledged[];
  /** Of the three books, and of what customers were told. */
  readonly report: AuditReport;
  readonly repeats: Readonly<Record<ReceiverName, number>>;
  readonly recoveries: readonly Recovery[];
  readonly elapsedMs: number;
  readonly seed: number;
  readonly fast: boolean;
}

/** Whether every purchase that was acknowledged is at both, once, and nothing else is. */
export function isWell({ report }: Pick<Outcome, 'report'>): boolean {
  return report.agrees && report.settled && report.acknowledged !== undefined;
}

/** The books side by side, what it took, and whether they agree. Fits 80 columns. */
export function card(outcome: Outcome, paint: Paint): string {
  const { acknowledged, report, repeats, recoveries, elapsedMs } = outcome;
  const told = moneyOf(acknowledged);
  const sides = [told, ...receivers.map((receiver) => report[receiver].money)];
  const currencies = [...new Set(sides.flatMap((money) => Object.keys(money)))].toSorted();
  const row = (name: string, ...cells: readonly string[]) =>
    `   ${name.padEnd(nameWidth)}${cells.map((cell) => cell.padStart(columnWidth)).join('')}`.trimEnd();
  const lost = [report.acknowledged?.lost, ...receivers.map((receiver) => report[receiver].kinds.missing)];
  const slowest = recoveries.toSorted((one, other) => workMs(other) - workMs(one))[0];
  const good = isWell(outcome);
  return [
    '',
    paint.title(row('The books', 'acknowledged', ...receivers.map((receiver) => `at ${receiver}`))),
    row('purchases', ...[acknowledged.length, ...receivers.map((name) => report[name].entries)].map(readableCount)),
    ...currencies.map((currency) =>
      row(currency, ...sides.map((money) => readableMoney(money[currency] ?? 0n, currency))),
    ),
    row('repeats suppressed', '', ...receivers.map((receiver) => readableCount(repeats[receiver]))),
    row('lost', ...lost.map((kind) => readableCount(kind?.count ?? 0))),
    '',
    ...(slowest
      ? [row('slowest recovery', readableSeconds(workMs(slowest))) + `  (${slowest.service}, start to ready)`]
      : []),
    row('all of this took', readableSeconds(elapsedMs)),
    '',
    good
      ? paint.good('   The books agree: every purchase that was acknowledged is at both, once.')
      : paint.bad('   THE BOOKS DO NOT AGREE:'),
    ...faultsIn(report),
    paint.aside(`   again: ${again(outcome)}`),
    '',
  ].join('\n');
}

/** The command that does the same. */
export function again({ seed, fast }: { readonly seed: number; readonly fast: boolean }): string {
  return `npm run demo -- --seed ${seed}${fast ? ' --fast' : ''}`;
}

function moneyOf(acknowledged: readonly Acknowledged[]): Record<string, bigint> {
  const money: Record<string, bigint> = {};
  for (const { purchase } of acknowledged) {
    money[purchase.currency] = (money[purchase.currency] ?? 0n) + BigInt(purchase.total);
  }
  return money;
}

/** From the start of the new process on: how long it was left down was a choice. */
function workMs({ downMs, readyMs }: Recovery): number {
  return readyMs - downMs;
}

function faultsIn(report: AuditReport): string[] {
  return disagreementsOf(report).flatMap(({ words, kind }) => [
    `   ${readableCount(kind.count)} ${words}:`,
    ...kind.first.map(({ sequence, id, detail = '' }) => `     ${sequence} ${id} ${detail}`.trimEnd()),
  ]);
}
