import { readableCount, readableMoney, type Paint } from '../../shared/command-line/index.js';
import { receivers, type ReceiverName } from '../../shared/shop-client/index.js';
import { agree, type Book, type Books } from './compare-books.js';
import { readableSeconds } from './readable-time.js';
import type { Recovery } from './stage.js';

const nameWidth = 24;
const columnWidth = 17;
const faultsShownMax = 5;

/** What a demonstration came to. */
export interface Outcome {
  readonly books: Books;
  readonly repeats: Readonly<Record<ReceiverName, number>>;
  readonly recoveries: readonly Recovery[];
  readonly elapsedMs: number;
  readonly seed: number;
  readonly fast: boolean;
}

/** The books side by side, what it took, and whether they agree. Fits 80 columns. */
export function card({ books, repeats, recoveries, elapsedMs, seed, fast }: Outcome, paint: Paint): string {
  const { told, held, lost } = books;
  const sides = [told, ...receivers.map((receiver) => held[receiver])];
  const currencies = [...new Set(sides.flatMap(({ money }) => Object.keys(money)))].toSorted();
  const row = (name: string, ...cells: readonly string[]) =>
    `   ${name.padEnd(nameWidth)}${cells.map((cell) => cell.padStart(columnWidth)).join('')}`.trimEnd();
  const sum = (currency: string) => (side: Book) => readableMoney(side.money[currency] ?? 0, currency);
  const slowest = recoveries.toSorted((one, other) => workMs(other) - workMs(one))[0];
  return [
    '',
    paint.title(row('The books', 'acknowledged', ...receivers.map((receiver) => `at ${receiver}`))),
    row('purchases', ...sides.map(({ purchases }) => readableCount(purchases))),
    ...currencies.map((currency) => row(currency, ...sides.map(sum(currency)))),
    row('repeats suppressed', '', ...receivers.map((receiver) => readableCount(repeats[receiver]))),
    '',
    row('lost', lost.length === 0 ? paint.good('0'.padStart(columnWidth)) : paint.bad(readableCount(lost.length))),
    ...(slowest
      ? [row('slowest recovery', readableSeconds(workMs(slowest)), `  ${slowest.service}, start to ready`)]
      : []),
    row('all of this took', readableSeconds(elapsedMs)),
    '',
    agree(books)
      ? paint.good('   The books agree: every purchase that was acknowledged is at both, once.')
      : paint.bad('   THE BOOKS DO NOT AGREE:'),
    ...faultLines(books),
    paint.aside(`   again: ${again({ seed, fast })}`),
    '',
  ].join('\n');
}

/** The command that does the same. */
export function again({ seed, fast }: { readonly seed: number; readonly fast: boolean }): string {
  return `npm run demo -- --seed ${seed}${fast ? ' --fast' : ''}`;
}

/** From the start of the new process on: how long it was left down was a choice. */
function workMs({ downMs, readyMs }: Recovery): number {
  return readyMs - downMs;
}

function faultLines({ lost, faults }: Books): string[] {
  const all = [...lost.map((id) => `${id} was acknowledged and is lost`), ...faults];
  const more = all.length > faultsShownMax ? [`and ${all.length - faultsShownMax} more`] : [];
  return [...all.slice(0, faultsShownMax), ...more].map((fault) => `     ${fault}`);
}
