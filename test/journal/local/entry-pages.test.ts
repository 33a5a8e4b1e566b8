import { describe, expect, it } from '@jest/globals';

import { EntryPages } from '../../../shared/journal/local/entry-pages.js';
import type { Entry, Sequence } from '../../../shared/outbox/types.js';

const sequence = (number: number) => number as Sequence;

/** Entries 1 to `end()`, each with a body of so many bytes, and the reads that were made of them. */
function entriesUpTo(end: () => number, bodyBytes = 10) {
  const reads: [after: number, limit: number][] = [];
  const entryAt = (number: number): Entry => ({
    ...{ sequence: sequence(number), id: `id-${number}`, key: 'key', body: Buffer.alloc(bodyBytes, String(number)) },
  });
  const pages = new EntryPages({
    entriesAfter(after, limit) {
      reads.push([after, limit]);
      const count = Math.max(0, Math.min(limit, end() - after));
      return Array.from({ length: count }, (_, index) => entryAt(after + 1 + index));
    },
  });
  const read = (after: number, limit: number) => pages.after(sequence(after), limit).map((entry) => entry.sequence);
  return { read, reads };
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('entries that several lanes read', () => {
  it('are read once by lanes beside each other', () => {
    const { read, reads } = entriesUpTo(() => 1000);
    expect(read(0, 128)).toEqual(range(1, 128));
    expect(read(0, 100)).toEqual(range(1, 100));
    expect(read(100, 100)).toEqual(range(101, 128));
    expect(reads).toEqual([[0, 128]]);
  });

  it('would be missed if what came since were not looked for', () => {
    let end = 3;
    const { read } = entriesUpTo(() => end);
    expect(read(0, 10)).toEqual([1, 2, 3]);
    expect(read(3, 10)).toEqual([]);
    end = 5;
    expect(read(3, 10)).toEqual([4, 5]);
    expect(read(0, 10)).toEqual([1, 2, 3, 4, 5]);
  });

  it.each([1, 7])('come in sequence and without gaps whoever reads where, seed %i', (seed) => {
    const { read } = entriesUpTo(() => 5000);
    let state = seed;
    const random = (max: number) => (state = (state * 48_271) % 2_147_483_647) % max;
    const lanes = [0, 0, 2500];
    for (let turn = 0; turn < 2000; turn += 1) {
      const lane = random(lanes.length);
      const after = lanes[lane]!;
      const got = read(after, 1 + random(128));
      expect(got).toEqual(range(after + 1, after + got.length));
      expect(got.length > 0 || after === 5000).toBe(true);
      lanes[lane] = random(50) === 0 ? random(5000) : after + got.length;
    }
  });

  it.each([
    ['many', 10, 10_000],
    ['large', 1024 * 1024, 20],
  ])('are let go of when they are %s: memory would grow with the backlog', (_, bodyBytes, count) => {
    const { read, reads } = entriesUpTo(() => count, bodyBytes);
    for (let after = 0; after < count; after += 1) read(after, 1);
    const before = reads.length;
    expect(read(0, 1)).toEqual([1]);
    expect(reads.length).toBe(before + 1);
    expect(read(count - 4, 3)).toEqual(range(count - 3, count - 1));
  });

  it('are let go of at the end of the journal, but for some: it would take as long as a backlog to see what memory is in use', () => {
    const { read, reads } = entriesUpTo(() => 2000);
    for (let after = 0; after < 2000; after += 500) read(after, 500);
    read(2000, 500);
    const before = reads.length;
    expect(read(1900, 500)).toEqual(range(1901, 2000));
    expect(reads.length).toBe(before);
    expect(read(1000, 1)).toEqual([1001]);
    expect(reads.length).toBe(before + 1);
  });
});
