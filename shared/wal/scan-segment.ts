/*
 * Reading a segment from its first frame on, in a bounded window of memory (W11).
 */
import {
  batchBytesLimit,
  frameAlignment,
  frameBytesMax,
  frameHeaderBytes,
  payloadBytesMax,
  readFrame,
} from './frame.js';
import { readFrameIndex, readFrameSequence, type FrameSeed } from './frame.js';
import { readFully } from './read-fully.js';
import { segmentHeaderBytes, type SegmentHeader } from './segment-header.js';
import { SegmentWindow } from './segment-window.js';
import type { LogFile, Sequence } from './types.js';

/** How far a segment is whole. */
export interface SegmentScan {
  /** First byte after the last whole batch. */
  readonly end: number;
  /** The last whole batch, if there is one. */
  readonly lastBatch: WholeBatch | undefined;
  /** Last entry of the last whole batch; one less than the segment's first if there is none. */
  readonly lastSequence: Sequence;
  /** CRC of the last frame of the last whole batch, or of the header. */
  readonly lastCrc: number;
  /** What stands behind the last whole batch, if anything does. */
  readonly fault: { readonly offset: number; readonly reason: string } | undefined;
}

export interface WholeBatch {
  readonly offset: number;
  readonly firstSequence: Sequence;
  /** CRC of the frame before it, or of the header. */
  readonly crcBefore: number;
}

/** Walks the batches of a segment of `size` bytes up to its end or the first fault. */
export async function scanSegment(
  file: LogFile,
  header: SegmentHeader & { readonly crc: number },
  size: number,
  seed: FrameSeed,
): Promise<SegmentScan> {
  const view = new SegmentWindow(file, size);
  let end = segmentHeaderBytes;
  let lastBatch: WholeBatch | undefined;
  let lastSequence = (header.firstSequence - 1) as Sequence;
  let lastCrc = header.crc;
  let offset = end;
  let index = 0;
  const scanned = (reason?: string): SegmentScan => ({
    end,
    lastBatch,
    lastSequence,
    lastCrc,
    fault: reason === undefined ? undefined : { offset, reason },
  });

  while (offset < size) {
    await view.cover(offset, Math.min(frameBytesMax, size - offset));
    const frame = readFrame(view.buffer, offset - view.start, view.end - view.start, seed);
    if (frame.status === 'short') return scanned(`the file ends within a frame of ${frame.bytes} bytes`);
    if (frame.status === 'invalid') return scanned(frame.reason);
    const expected = lastSequence + 1 + index;
    if (frame.sequence !== expected) return scanned(`there is entry ${frame.sequence} in place of entry ${expected}`);
    if (frame.index !== index)
      return scanned(`entry ${frame.sequence} is number ${frame.index} of its batch, not ${index}`);
    if (offset + frame.bytes - end > batchBytesLimit) return scanned('the batch is larger than any batch is written');
    offset += frame.bytes;
    index += 1;
    if (frame.last) {
      lastBatch = { offset: end, firstSequence: (lastSequence + 1) as Sequence, crcBefore: lastCrc };
      end = offset;
      lastSequence = frame.sequence;
      lastCrc = frame.crc;
      index = 0;
    }
  }
  if (offset > end) return scanned('the file ends within a batch');
  return scanned();
}

/**
 * Looks behind a fault for a frame of a batch later than the one that begins with `expected`. Such a batch was begun only after
 * the sync of the one before it had returned, so finding any part of it proves that what is bad now was durable once.
 *
 * @param range it begins in [from, to); it may reach up to `size`, since a frame may end in zeros
 * @returns offset of that frame, or undefined
 */
export async function findLaterBatch(
  file: LogFile,
  range: { readonly from: number; readonly to: number; readonly size: number },
  expected: Sequence,
  seed: FrameSeed,
): Promise<number | undefined> {
  const { from, to, size } = range;
  const view = new SegmentWindow(file, size);
  for (let offset = from; offset < to && offset + frameHeaderBytes <= size; offset += frameAlignment) {
    await view.cover(offset, Math.min(frameBytesMax, size - offset));
    const at = offset - view.start;
    const batchFirst = readFrameSequence(view.buffer, at) - readFrameIndex(view.buffer, at);
    const payloadBytes = view.buffer.readUInt32LE(at + 4);
    // Cheap tests first: the CRC of every eighth byte's would-be frame would take the square of the time.
    if (batchFirst <= expected || batchFirst > expected + size / frameHeaderBytes) continue;
    if (payloadBytes < 1 || payloadBytes > payloadBytesMax) continue;
    if (readFrame(view.buffer, at, view.end - view.start, seed).status === 'valid') return offset;
  }
  return undefined;
}

/**
 * Whether a segment ends with the last frame of a batch that has this sequence and this CRC. It reads no more than that frame
 * may have, so that a long log can be seen to be contiguous without being read.
 */
export async function endsWithEntry(
  file: LogFile,
  size: number,
  entry: { readonly sequence: Sequence; readonly crc: number },
  seed: FrameSeed,
): Promise<boolean> {
  for (const tailBytes of [4096, frameBytesMax]) {
    const from = Math.max(segmentHeaderBytes, size - tailBytes);
    const buffer = Buffer.allocUnsafe(Math.max(0, size - from));
    const end = await readFully(file, buffer, from);
    for (let at = 0; at + frameHeaderBytes <= end; at += frameAlignment) {
      if (buffer.readUInt32LE(at) !== entry.crc) continue;
      const frame = readFrame(buffer, at, end, seed);
      if (frame.status === 'valid' && frame.last && frame.sequence === entry.sequence && at + frame.bytes === end) {
        return true;
      }
    }
  }
  return false;
}

/** Where the zeros begin that reach to the end of a file, not before `from`; the end of the file where there are none. */
export async function findZeroTail(file: LogFile, from: number, size: number): Promise<number> {
  const view = new SegmentWindow(file, size);
  let zerosFrom = from;
  for (let offset = from; offset < size; offset = view.end) {
    await view.cover(offset, 1);
    const last = lastNonZero(view.buffer, offset - view.start, view.end - view.start);
    if (last !== undefined) zerosFrom = view.start + last + 1;
  }
  return zerosFrom;
}

function lastNonZero(bytes: Buffer, from: number, to: number): number | undefined {
  for (let at = to - 1; at >= from; at -= 1) if (bytes[at] !== 0) return at;
  return undefined;
}
