import { batchBytesLimit, frameBytes, frameHeaderBytes, payloadBytesMax, readFrame } from '../frame.js';
import { readFrameIndex, readFrameSequence, type FrameSeed } from '../frame.js';
import type { Sequence } from '../types.js';
import { longestRising } from './longest-rising.js';
import type { SegmentWindow } from '../segment-window.js';

/** A frame that was found behind damage. */
export interface FoundFrame {
  readonly offset: number;
  readonly sequence: Sequence;
  readonly index: number;
}

const frameBytesMin = frameBytes(1);
const lookAheadBytes = 4 * batchBytesLimit;

/**
 * The frame with which a segment goes on behind damage. It is looked for at every byte, since bytes may have been taken out.
 *
 * A disk may have put a block in the place of another, so the first valid frame need not be the one: of those that follow within
 * `lookAheadBytes`, the longest row that rises is the log, and what does not fit into it is out of its place.
 *
 * @param wanted entries from `expected` up to, but not including, `before`
 */
export async function findFrame(
  window: SegmentWindow,
  range: { readonly from: number; readonly end: number },
  wanted: { readonly expected: Sequence; readonly before: number },
  seed: FrameSeed,
): Promise<FoundFrame | undefined> {
  const frames: FoundFrame[] = [];
  let { end } = range;
  for (let offset = range.from; offset + frameHeaderBytes <= end; offset += 1) {
    if (offset < window.start || offset + frameHeaderBytes > window.end) await window.load(offset);
    const bytes = claimedBytes(window.buffer, offset - window.start, wanted);
    if (bytes === undefined || offset + bytes > range.end) continue;
    if (offset + bytes > window.end) await window.load(offset);
    const frame = readFrame(window.buffer, offset - window.start, window.end - window.start, seed);
    if (frame.status !== 'valid') continue;
    frames.push({ offset, sequence: frame.sequence, index: frame.index });
    end = Math.min(end, (frames[0]?.offset ?? 0) + lookAheadBytes);
    offset += bytes - 1;
  }
  const [first] = longestRising(frames.map(({ sequence }) => sequence));
  return first === undefined ? undefined : frames[first];
}

/** How long the frame would be that these bytes claim to be; undefined if they cannot be one. Cheap, unlike a CRC. */
function claimedBytes(
  buffer: Buffer,
  at: number,
  wanted: { readonly expected: Sequence; readonly before: number },
): number | undefined {
  const payloadBytes = buffer.readUInt32LE(at + 4);
  if (payloadBytes < 1 || payloadBytes > payloadBytesMax) return undefined;
  const sequence = readFrameSequence(buffer, at);
  if (sequence < wanted.expected || sequence >= wanted.before) return undefined;
  const index = readFrameIndex(buffer, at);
  if (index >= sequence || index * frameBytesMin > batchBytesLimit) return undefined;
  return frameBytes(payloadBytes);
}
