import { CannotAuditError } from './errors.js';
import type { BookEntry } from './types.js';

/**
 * A page as it was answered, if it is one: after what was asked for, in sequence order. A service that pays no heed to what it is
 * asked would be read for ever, and one that is out of order be accused of what it did not do.
 *
 * @throws CannotAuditError that names what was asked
 */
export function checkedPage<Row extends { readonly sequence: number }>(
  asked: string,
  after: number,
  page: readonly Row[],
): readonly Row[] {
  const isList: boolean = Array.isArray(page);
  if (!isList) throw new CannotAuditError(`${asked} answers no list`);
  let before = after + 1;
  for (const { sequence } of page) {
    if (!Number.isSafeInteger(sequence) || sequence < before) {
      throw new CannotAuditError(`${asked} after ${after} lists ${sequence}: not in sequence order`);
    }
    before = sequence;
  }
  return page;
}

/** The same of a book: whether a sum is right is for the audit to say, but it must be one. @throws CannotAuditError */
export function checkedBook(asked: string, after: number, page: readonly BookEntry[]): readonly BookEntry[] {
  for (const { sequence, id, total, currency } of checkedPage(asked, after, page)) {
    if (typeof id === 'string' && Number.isInteger(total) && typeof currency === 'string') continue;
    throw new CannotAuditError(`${asked} does not say of ${sequence} which purchase it is, and for how much`);
  }
  return page;
}
