import type { Audited } from '../../shared/shop-client/shop-answers.js';
import type { Receipts } from './receipts.js';

/**
 * How the rows of a receiver's book differ from what customers were told, in words, one by one. `rows` come in the order of
 * their sequence and begin behind `after`, where the book was compared before; none is held any longer than it is looked at.
 */
export async function* compareBooks(
  receipts: Receipts,
  rows: AsyncIterable<Audited>,
  after: number,
): AsyncGenerator<string> {
  let last = after;
  for await (const row of rows) {
    yield* missingBetween(receipts, last, row.sequence);
    const told = receipts.at(row.sequence);
    if (row.sequence <= last) yield `${words(row)} stands there where number ${row.sequence} was before`;
    else if (told === undefined) yield `${words(row)} was never sold`;
    else if (words(told) !== words(row)) yield `sold was ${words(told)}, and there is ${words(row)}`;
    last = Math.max(last, row.sequence);
  }
  yield* missingBetween(receipts, last, receipts.end + 1);
}

function* missingBetween(receipts: Receipts, after: number, before: number): Generator<string> {
  for (let sequence = after + 1; sequence < before; sequence += 1) {
    const told = receipts.at(sequence);
    if (told !== undefined) yield `${words(told)} is missing`;
  }
}

function words({ sequence, id, total, currency }: Audited): string {
  return `number ${sequence} (${id}, ${total} ${currency})`;
}
