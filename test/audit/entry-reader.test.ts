import { describe, expect, it } from '@jest/globals';

import { EntryReader } from '../../shared/audit/entry-reader.js';
import type { BookEntry } from '../../shared/audit/types.js';
import { settled } from '../support/hand-resolved.js';
import { entry } from '../support/scripted-shop.js';

const pageMax = 3;

/** A book of sequences, read in pages of three; pages never end between entries with the same one. */
function book(...sequences: number[]) {
  const asked: number[] = [];
  const readPage = (after: number): Promise<readonly BookEntry[]> => {
    asked.push(after);
    const rest = sequences.filter((sequence) => sequence > after);
    const last = rest[pageMax - 1] ?? Infinity;
    return Promise.resolve(rest.filter((sequence) => sequence <= last).map((sequence) => entry(sequence)));
  };
  return { asked, readPage, reader: new EntryReader(readPage, pageMax), sequences };
}

const numbers = (entries: readonly BookEntry[]) => entries.map(({ sequence }) => sequence);

async function restOf(reader: EntryReader): Promise<number[][]> {
  const pages: number[][] = [];
  for await (const page of reader.rest()) pages.push(numbers(page));
  return pages;
}

describe('reading a book', () => {
  it('gives each entry once, in order, wherever the takes end', async () => {
    for (const step of [1, 2, 3, 4, 7, 20]) {
      const { reader, sequences } = book(1, 2, 4, 4, 4, 4, 5, 8, 9, 10, 11, 12, 17);
      const taken: number[] = [];
      for (let last = step; last < 17 + step; last += step) {
        const block = numbers(await reader.takeUpTo(last));
        expect(block.every((sequence) => sequence > last - step && sequence <= last)).toBe(true);
        taken.push(...block);
      }
      expect(taken).toEqual(sequences);
    }
  });

  it('asks for one page ahead, and for no more before that is wanted', async () => {
    const { reader, asked } = book(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    expect(asked).toEqual([0]);
    await reader.takeUpTo(1);
    await settled();
    expect(asked).toEqual([0, 3]);
    await reader.takeUpTo(3);
    await settled();
    // Whether there is more up to 3 is known from the next page only, which is held now.
    expect(asked).toEqual([0, 3, 6]);
    await reader.takeUpTo(5);
    await settled();
    expect(asked).toEqual([0, 3, 6]);
  });

  it('asks no more once the book has ended', async () => {
    const { reader, asked } = book(1, 2);
    expect(numbers(await reader.takeUpTo(9))).toEqual([1, 2]);
    expect(await reader.takeUpTo(99)).toEqual([]);
    expect(await restOf(reader)).toEqual([]);
    expect(asked).toEqual([0, 2]);
  });

  it('gives what is left page by page, beginning in the middle of one', async () => {
    const { reader } = book(1, 2, 3, 4, 5, 6, 7, 8);
    await reader.takeUpTo(2);
    expect(await restOf(reader)).toEqual([[3], [4, 5, 6], [7, 8]]);
  });

  it('ends the rest at the first page that is not full, although the book grows as fast as it is read', async () => {
    const sequences = [1, 2, 3, 4, 5];
    const growing = book(...sequences);
    const reader = new EntryReader((after) => {
      // Not for ever: a reader that runs after it is to fail here, and not to hang.
      if (growing.sequences.length < 1000) growing.sequences.push(growing.sequences.length + 1);
      return growing.readPage(after);
    }, pageMax);
    await reader.takeUpTo(1);
    const pages = await restOf(reader);
    expect(pages.flat().length).toBeLessThan(12);
  });

  it('holds an error back until what failed is wanted', async () => {
    const broken = new Error('broken');
    const { readPage } = book(1, 2, 3, 4);
    const reader = new EntryReader((after) => (after === 3 ? Promise.reject(broken) : readPage(after)), pageMax);
    expect(numbers(await reader.takeUpTo(2))).toEqual([1, 2]);
    await settled();
    await expect(reader.takeUpTo(3)).rejects.toBe(broken);
  });
});
