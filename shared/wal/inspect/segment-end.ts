/*
 * What the end of a segment means. Everything that is judged of ends is judged here:
 *
 * 1. A sealed segment ends where its successor's header says, with the entry before the successor's first and with the CRC that
 *    the header names. It may go on with a copy of the successor's first batch: a crash came between the copy and the cut.
 * 2. The last segment may end in zeros, as many as there are: space that was allocated ahead.
 * 3. Else what stands behind its last whole batch is a torn tail, or a batch that is being written, if it is no more than one
 *    batch and nothing shows that it was durable. `inspect-log.ts` knows whether a later batch follows.
 */
import { batchBytesLimit, frameBytes, type FrameSeed } from '../frame.js';
import { readFully } from '../read-fully.js';
import { segmentHeaderBytes } from '../segment-header.js';
import type { FilePort, LogFile, Sequence } from '../types.js';
import type { BadPiece, Finding, SurveyedSegment } from './types.js';
import { walkSegment } from './walk-segment.js';

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
export async function judgeSealedEnd(
  files: FilePort,
  segment: SurveyedSegment,
  successor: SurveyedSegment,
  end: WalkEnd,
  seed: FrameSeed,
): Promise<Finding | 'unfinished-roll' | undefined> {
  const { next, rest, lastCrc, damaged } = end;
  const { predecessor } = successor;
  if (next < successor.firstSequence) return missingBefore(segment, successor, end);
  const ends = predecessor === undefined || predecessor.bytes === end.offset;
  const chained = predecessor === undefined || lastCrc === undefined || predecessor.crc === lastCrc;
  if (rest) {
    if (ends && chained && (await copiesFirstBatch(files, segment, rest.offset, successor, seed)))
      return 'unfinished-roll';
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

async function copiesFirstBatch(
  files: FilePort,
  segment: SurveyedSegment,
  offset: number,
  successor: SurveyedSegment,
  seed: FrameSeed,
): Promise<boolean> {
  const batch = await withFile(files, successor.path, (file) => firstBatch(file, successor, seed));
  if (!batch) return false;
  const copy = Buffer.alloc(batch.length);
  await withFile(files, segment.path, (file) => readFully(file, copy, offset));
  return copy.equals(batch);
}

async function firstBatch(
  file: LogFile,
  { firstSequence }: SurveyedSegment,
  seed: FrameSeed,
): Promise<Buffer | undefined> {
  const size = Math.min(await file.size(), segmentHeaderBytes + batchBytesLimit);
  for await (const piece of walkSegment(file, { size, firstSequence }, seed)) {
    const last = piece.kind === 'whole' ? piece.frames.find((frame) => frame.last) : undefined;
    if (piece.kind !== 'whole' || !last) return undefined;
    return Buffer.from(piece.bytes.subarray(0, last.offset + frameBytes(last.payloadBytes) - piece.offset));
  }
  return undefined;
}

/** Rules 2 and 3: what stands behind the last whole batch of the log, as long as no later batch follows. */
export async function measureTail(
  file: LogFile,
  from: number,
  size: number,
): Promise<{ status: 'allocated' | 'torn' | 'too-long'; bytes: number }> {
  const content = (await endOfContent(file, from, size)) - from;
  if (content === 0) return { status: 'allocated', bytes: size - from };
  return { status: content > batchBytesLimit ? 'too-long' : 'torn', bytes: content };
}

/** First byte of the zeros with which a file ends. */
async function endOfContent(file: LogFile, from: number, size: number): Promise<number> {
  const chunk = Buffer.allocUnsafe(64 * 1024);
  let end = from;
  for (let offset = from; offset < size; offset += chunk.length) {
    const count = await readFully(file, chunk.subarray(0, Math.min(chunk.length, size - offset)), offset);
    for (let at = 0; at < count; at += 1) if (chunk[at] !== 0) end = offset + at + 1;
  }
  return end;
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
