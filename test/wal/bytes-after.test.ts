import { describe, expect, it } from '@jest/globals';

import { bytesAfter, type SegmentExtent } from '../../shared/wal/bytes-after.js';
import { segmentHeaderBytes } from '../../shared/wal/segment-header.js';
import type { Sequence } from '../../shared/wal/types.js';
import { openMemoryLog } from '../support/memory-log.js';

const extent = (first: number, entryBytes: number): SegmentExtent => ({
  firstSequence: first as Sequence,
  bytes: segmentHeaderBytes + entryBytes,
});
/** Entries 5 to 8 of 100 bytes each, 9 to 10 of 500, 11 of 30; the ones before were pruned. */
const segments = [extent(5, 400), extent(9, 1000), extent(11, 30)];
const after = (sequence: number, durable = 11, held = segments) =>
  bytesAfter(sequence as Sequence, durable as Sequence, held);

describe('the bytes after an entry', () => {
  it.each([
    ['the last', 11, 0],
    ['one before the last', 10, 30],
    ['the end of a segment', 8, 1030],
    ['the middle of a segment, in proportion', 9, 530],
    ['the beginning', 4, 1430],
    ['what was pruned', 1, 1430],
  ])('of %s', (_what, sequence, bytes) => {
    expect(after(sequence)).toBe(bytes);
  });

  it('are none in a log without entries, nor in a new segment: a backlog that is never 0 could refuse for ever', () => {
    expect(after(0, 0, [extent(1, 0)])).toBe(0);
    expect(after(11, 11, [...segments, extent(12, 0)])).toBe(0);
    expect(after(10, 11, [...segments, extent(12, 0)])).toBe(30);
  });

  it('never fall when the sequence does, however entries are spread', () => {
    const all = Array.from({ length: 12 }, (_, sequence) => after(sequence));
    expect(all).toEqual(all.toSorted((a, b) => b - a));
  });

  it('are what a log says of itself, over segments, and of what is on its way', async () => {
    const { log } = await openMemoryLog({ segmentBytes: 400 });
    const appends: Promise<unknown>[] = [];
    for (let count = 0; count < 20; count += 1) {
      appends.push(log.append(Buffer.alloc(50)));
      if (count === 0) expect(log.stats().pendingBytes).toBeGreaterThan(50);
      await appends.at(-1);
    }
    const { bytes, segments: count } = log.stats();
    expect(count).toBeGreaterThan(2);
    expect(log.bytesAfter(0 as Sequence)).toBe(bytes - count * segmentHeaderBytes);
    expect(log.bytesAfter(10 as Sequence)).toBe(log.bytesAfter(0 as Sequence) / 2);
    expect(log.bytesAfter(20 as Sequence)).toBe(0);
    expect(log.stats().pendingBytes).toBe(0);
    await log.close();
  });
});
