import { join } from 'node:path';

import { LogCorruptError } from './errors.js';
import type { Sequence } from './types.js';

const ending = '.wal';
const digits = 20;

/** `00000000000000000001.wal` for a segment whose first sequence is 1: sorted by name is sorted by sequence. */
export function segmentFileName(firstSequence: Sequence): string {
  return String(firstSequence).padStart(digits, '0') + ending;
}

/** A segment that is being made has this ending behind its name; one that is found on open was never part of the log. */
export const unfinishedEnding = '.new';

/** Whether a file is a segment that was being made; a file that only ends like one belongs to somebody else. */
export function isUnfinishedSegment(name: string): boolean {
  return /^\d{20}\.wal\.new$/.test(name);
}

/** Where the bytes of a torn tail are kept: beside the segment they were cut from. */
export function tornFileName(segmentName: string, offset: number, now: number): string {
  return `${segmentName}.torn-${offset}-${now}`;
}

/**
 * First sequences of the segments among these names, in order. Other files are let be.
 *
 * @throws LogCorruptError for a name that ends like a segment's but is none
 */
export function segmentSequences(directory: string, names: readonly string[]): Sequence[] {
  return names
    .filter((name) => name.endsWith(ending))
    .map((name) => {
      const sequence = Number(name.slice(0, -ending.length)) as Sequence;
      if (Number.isSafeInteger(sequence) && sequence > 0 && segmentFileName(sequence) === name) return sequence;
      throw new LogCorruptError(join(directory, name), 0, 'a segment is named by its first sequence in 20 digits');
    })
    .sort((a, b) => a - b);
}
