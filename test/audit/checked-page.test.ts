import { describe, expect, it } from '@jest/globals';

import { checkedBook, checkedPage } from '../../shared/audit/checked-page.js';
import { CannotAuditError } from '../../shared/audit/errors.js';
import type { BookEntry } from '../../shared/audit/types.js';
import { entry } from '../support/scripted-shop.js';

const of = (...sequences: number[]) => sequences.map((sequence) => entry(sequence));

describe('checking a page', () => {
  it('lets through what may be one', () => {
    for (const page of [of(), of(6), of(6, 6, 6, 9)]) expect(checkedBook('GET /audit', 5, page)).toBe(page);
  });

  it.each([
    ['begins where it was to go on', of(5)],
    ['goes back', of(6, 8, 7)],
    ['has no sequence', [{} as BookEntry]],
    ['has one that is no whole number', of(6, 6.5)],
  ])('refuses one that %s', (_, page) => {
    expect(() => checkedPage('GET /audit', 5, page)).toThrow(CannotAuditError);
  });

  it.each([
    ['no id', { id: 7 }],
    ['a sum that is none', { total: 1.5 }],
    ['a sum that is not said', { total: undefined }],
    ['no currency', { currency: null }],
  ])('refuses a book with an entry that has %s', (_, changes) => {
    const page = [{ ...entry(6), ...changes } as unknown as BookEntry];
    expect(() => checkedBook('GET /audit', 5, page)).toThrow('GET /audit does not say of 6');
  });

  it('refuses what is no list: somebody else answers at that address', () => {
    expect(() => checkedBook('GET /audit', 0, undefined as unknown as BookEntry[])).toThrow(CannotAuditError);
  });
});
