import { describe, expect, it } from '@jest/globals';

import {
  isUnfinishedSegment,
  segmentFileName,
  segmentSequences,
  tornFileName,
  unfinishedEnding,
} from '../../shared/wal/segment-file-name.js';
import type { Sequence } from '../../shared/wal/types.js';

function name(sequence: number): string {
  return segmentFileName(sequence as Sequence);
}

describe('names of segments', () => {
  it('logs written before a change of the code could not be found after it', () => {
    expect(name(1)).toBe('00000000000000000001.wal');
    expect(name(Number.MAX_SAFE_INTEGER)).toBe('00009007199254740991.wal');
  });

  it('segments would be read in the wrong order', () => {
    const sequences = [1, 2, 9, 10, 11, 99, 100, 1_000_000, 10_000_000_000, Number.MAX_SAFE_INTEGER];
    expect(sequences.map(name).sort()).toEqual(sequences.map(name));
    expect(segmentSequences('/log', sequences.map(name).reverse())).toEqual(sequences);
    expect(segmentSequences('/log', [])).toEqual([]);
  });

  it('files that are no segments would be read as such, or keep the shop closed', () => {
    const others = ['lock', 'notes.txt', `${name(1)}.bak`, name(1) + unfinishedEnding, tornFileName(name(1), 64, 5)];
    expect(segmentSequences('/log', [...others, name(3)])).toEqual([3]);
  });

  it('a segment that somebody renamed would be passed over with all its purchases', () => {
    const wrong = ['1.wal', '.wal', 'x.wal', '0000000000000000000x.wal', `0${name(1)}`, name(0), '1e10.wal', ' 1.wal'];
    for (const each of [...wrong, '-0000000000000000001.wal', '99999999999999999999.wal']) {
      expect(() => segmentSequences('/log', [name(1), each])).toThrow(
        expect.objectContaining({ code: 'corrupt', file: `/log/${each}` }),
      );
    }
  });

  it('a file of somebody else would be removed as a segment that was being made', () => {
    expect(isUnfinishedSegment(name(7) + unfinishedEnding)).toBe(true);
    for (const other of ['notes.new', name(7), `x${name(7)}.new`, '7.wal.new', `${name(7)}.new.new`]) {
      expect(isUnfinishedSegment(other)).toBe(false);
    }
  });

  it('a torn tail would not say where it came from', () => {
    expect(tornFileName(name(1), 4096, 1_700_000_000_000)).toBe('00000000000000000001.wal.torn-4096-1700000000000');
  });
});
