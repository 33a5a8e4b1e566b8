/*
 * What the end of a segment means. Everything that is judged of ends is judged here:
 *
 * 1. A sealed segment ends where its successor's header says, with the entry before the successor's first and with the CRC that
 *    the header names. What lies beyond that was never acknowledged there: the next start cuts it off, if it is no more than a
 *    crash leaves.
 * 2. The last segment may end in zeros: space that was allocated ahead.
 * 3. Else what stands behind its last whole batch is a torn tail, or a batch that is being written, if it is no more than a crash
 *    leaves and nothing shows that it was durable. `inspect-log.ts` knows whether a later batch follows.
 */
import { surplusBytesLimit } from '../check-sealed.js';
import { tornBytesLimit } from '../frame.js';
import { findZeroTail } from '../scan-segment.js';
import type { FilePort, LogFile, Sequence } from '../types.js';
import type { BadPiece, Finding, SurveyedSegment } from './types.js';

/** How the walk through a segment ended. */
export interface WalkEnd {
  /** First byte behind the last frame. */
  readonly offset: number;
  /** The entry after the last frame. */
  readonly next: Sequence;
  /** CRC of the last frame, or of the header; undefined where that is damaged. */
  readonly lastCrc: number | undefined;
  /** What stands behind the last frame, if anything does. */
  readonly rest: BadPiece | undefined;
  /** Whether something was found in the segment before. */
  readonly damaged: boolean;
}

/** Rule 1. Nothing to say: undefined. */
export function judgeSealedEnd(
  segment: SurveyedSegment,
  successor: SurveyedSegment,
  end: WalkEnd,
): Finding | 'unfinished-cut' | undefined {
  const { next, rest, lastCrc, damaged } = end;
  const { predecessor } = successor;
  if (next < successor.firstSequence) return missingBefore(segment, successor, end);
  const ends = predecessor === undefined || predecessor.bytes === end.offset;
  const chained = predecessor === undefined || lastCrc === undefined || predecessor.crc === lastCrc;
  if (rest) {
    if (ends && chained && rest.end - rest.offset <= surplusBytesLimit) return 'unfinished-cut';
    return { ...badBytes(segment, rest), kind: 'surplus-bytes' };
  }
  if (chained && (ends || damaged)) return undefined;
  return {
    ...{ kind: 'broken-chain', file: segment.path, offset: end.offset, bytes: 0, lost: undefined, perhapsLost: 0 },
    reason: chained
      ? `it has ${end.offset} bytes, and its successor was made behind ${predecessor.bytes}`
      : `its last entry is not the one that ${successor.name} was made behind: one of the two is from another time`,
  };
}

function missingBefore(segment: SurveyedSegment, successor: SurveyedSegment, { next, rest, offset }: WalkEnd): Finding {
  const lost = { first: next, last: (successor.firstSequence - 1) as Sequence };
  if (rest && rest.end > rest.offset) return { ...badBytes(segment, rest), kind: 'damaged-bytes', lost };
  return {
    ...{ kind: 'missing-entries', file: segment.path, offset, bytes: 0, lost, perhapsLost: 0 },
    reason:
      `it ends before entry ${next}, and the next segment begins with entry ${successor.firstSequence}: ` +
      'this one was cut, or one in between is missing',
  };
}

/** What is bad in a segment, as a finding. */
export function badBytes(segment: SurveyedSegment, { offset, end, reason, expected, next }: BadPiece): Finding {
  const lost =
    next && next.sequence > expected ? { first: expected, last: (next.sequence - 1) as Sequence } : undefined;
  const kind = lost ? 'damaged-bytes' : 'surplus-bytes';
  return { kind, file: segment.path, offset, bytes: end - offset, reason, lost, perhapsLost: 0 };
}

/** Rules 2 and 3: what stands behind the last whole batch of the log, as long as no later batch follows. */
export async function measureTail(
  file: LogFile,
  from: number,
  size: number,
): Promise<{ status: 'allocated' | 'torn' | 'too-long'; bytes: number }> {
  const bytes = (await findZeroTail(file, from, size)) - from;
  if (size - from > tornBytesLimit) return { status: 'too-long', bytes: size - from };
  return bytes === 0 ? { status: 'allocated', bytes: size - from } : { status: 'torn', bytes };
}

/** Runs `work` with a file that is open, and closes it. */
export async function withFile<T>(files: FilePort, path: string, work: (file: LogFile) => Promise<T>): Promise<T> {
  const file = await files.open(path, 'read');
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}
