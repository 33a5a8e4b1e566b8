import { segmentHeaderBytes } from './segment-header.js';
import type { Sequence } from './types.js';

/** How much a segment holds. */
export interface SegmentExtent {
  readonly firstSequence: Sequence;
  readonly bytes: number;
}

/**
 * Bytes that the entries after `sequence` take, of a log whose last entry is `durable`. Exact where a segment begins; within a
 * segment in proportion, as if its entries were all of one size: what each takes is not known without reading them.
 *
 * @param segments in the order of their sequences
 */
export function bytesAfter(sequence: Sequence, durable: Sequence, segments: readonly SegmentExtent[]): number {
  let sum = 0;
  let end: number = durable + 1;
  for (const { firstSequence, bytes } of segments.toReversed()) {
    const entries = end - firstSequence;
    const after = Math.min(entries, end - 1 - sequence);
    if (after <= 0 && entries > 0) break;
    if (entries > 0) sum += ((bytes - segmentHeaderBytes) * after) / entries;
    end = firstSequence;
  }
  return Math.round(sum);
}
