/*
 * The way through one segment, from its first frame to its end, whatever is wrong in between.
 *
 * 1. Pieces come in the order of the file, leave out no byte, and their sequences rise.
 * 2. `whole` pieces follow on what came before; a batch of which anything is bad comes as `partial` and `bad` pieces.
 * 3. A writer may be at work. What seems bad is read again, after anything behind it was read: if a later batch is there, this
 *    one was complete before, so the second look shows it whole. What still seems bad was bad on the disk, or is the end.
 * 4. Memory is one window (W11).
 */
import { batchBytesLimit, framePayload, readFrame, type FrameSeed } from '../frame.js';
import { segmentHeaderBytes } from '../segment-header.js';
import type { LogFile, Sequence } from '../types.js';
import { findFrame } from './find-frame.js';
import { SegmentWindow } from '../segment-window.js';
import type { FramePiece, Piece, WalkedFrame } from './types.js';

/** What to walk. */
export interface SegmentRange {
  /** Bytes of the file that are looked at. */
  readonly size: number;
  /** The entry with which the first batch begins. */
  readonly firstSequence: Sequence;
  /** Where that batch begins; by default, behind the header. */
  readonly offset?: number;
  /** First sequence of the successor: a frame with it, or with a later one, does not belong here. */
  readonly before?: Sequence;
}

/** A place in the segment and the frame that is expected there. */
interface Place {
  readonly offset: number;
  readonly sequence: Sequence;
  /** Above 0 in the middle of a batch whose beginning is bad. */
  readonly index: number;
}

export async function* walkSegment(file: LogFile, range: SegmentRange, seed: FrameSeed): AsyncGenerator<Piece> {
  const { size, firstSequence, offset: start = segmentHeaderBytes, before = Number.MAX_SAFE_INTEGER } = range;
  const window = new SegmentWindow(file, size);
  let place: Place = { offset: start, sequence: firstSequence, index: 0 };
  while (place.offset < size) {
    await window.load(place.offset);
    let run = readBatches(window, place, { before, size }, seed);
    if (run.frames.length === 0) {
      const { offset, sequence } = run.stop;
      const found = await findFrame(window, { from: offset, end: size }, { expected: sequence, before }, seed);
      await window.reload(place.offset);
      run = readBatches(window, place, { before, size }, seed);
      if (run.frames.length === 0) {
        // Something more was written meanwhile: what was found is not behind what is bad now.
        if (run.stop.offset !== offset) continue;
        if (run.begun.length > 0) {
          const bytes = window.view(place.offset, offset);
          yield { kind: 'partial', offset: place.offset, end: offset, bytes, frames: run.begun };
        }
        const { reason } = run.stop;
        yield { kind: 'bad', offset, end: found?.offset ?? size, reason, expected: sequence, next: found };
        if (!found) return;
        place = found;
        continue;
      }
    }
    const bytes = window.view(place.offset, run.end);
    const kind = place.index === 0 ? 'whole' : 'partial';
    yield { kind, offset: place.offset, end: run.end, bytes, frames: run.frames };
    place = { offset: run.end, sequence: run.next, index: 0 };
  }
}

interface Run {
  /** Frames of batches that are complete, up to `end`; the entry after them is `next`. */
  readonly frames: WalkedFrame[];
  readonly end: number;
  readonly next: Sequence;
  /** Frames of the batch that has begun there, and is not complete in memory. */
  readonly begun: WalkedFrame[];
  /** Where that one stops, and why. */
  readonly stop: { readonly offset: number; readonly sequence: Sequence; readonly reason: string };
}

/** The batches from a place on, as far as they are in memory; only the first, if that is the rest of a damaged one. */
function readBatches(
  window: SegmentWindow,
  place: Place,
  bounds: { readonly before: number; readonly size: number },
  seed: FrameSeed,
): Run {
  const { buffer, start } = window;
  const inMemory = window.end - start;
  const frames: WalkedFrame[] = [];
  let complete = 0;
  let { offset, sequence, index } = place;
  let end = offset;
  let next = sequence;
  const stopped = (reason: string): Run => ({
    frames: frames.slice(0, complete),
    end,
    next,
    begun: frames.slice(complete),
    stop: { offset, sequence, reason },
  });

  while (offset < window.end) {
    const frame = readFrame(buffer, offset - start, inMemory, seed);
    if (frame.status === 'invalid') return stopped(frame.reason);
    if (frame.status === 'short') {
      const inFile = offset + frame.bytes <= bounds.size;
      return stopped(inFile ? tooLong : `the file ends within a frame of ${frame.bytes} bytes`);
    }
    const fault = misplaced(frame, { sequence, index }, bounds.before);
    if (fault !== undefined) return stopped(fault);
    const { last, crc, payloadBytes } = frame;
    frames.push({ offset, sequence, index, last, crc, payloadBytes });
    offset += frame.bytes;
    sequence = (sequence + 1) as Sequence;
    index += 1;
    if (last) {
      end = offset;
      next = sequence;
      complete = frames.length;
      if (place.index > 0) break;
      index = 0;
    }
  }
  return stopped(window.end < bounds.size ? tooLong : 'the file ends within a batch');
}

/** Only said of a batch that begins where the window does, and does not end in it. */
const tooLong = `the batch has more than ${batchBytesLimit} bytes`;

function misplaced(
  frame: { readonly sequence: Sequence; readonly index: number },
  expected: { readonly sequence: Sequence; readonly index: number },
  before: number,
): string | undefined {
  if (frame.sequence !== expected.sequence) {
    return `there is entry ${frame.sequence} in place of entry ${expected.sequence}`;
  }
  if (frame.sequence >= before) return `entry ${frame.sequence} belongs to the next segment`;
  if (frame.index === expected.index) return undefined;
  return `entry ${frame.sequence} is number ${frame.index} of its batch, not ${expected.index}`;
}

/** The payload of a frame of a piece: a view. */
export function payloadIn(piece: FramePiece, frame: WalkedFrame): Buffer {
  return framePayload(piece.bytes, frame.offset - piece.offset, frame.payloadBytes);
}
