/*
 * What opening does with the last batch, unless it is known that its sync returned.
 *
 * Such a batch can be read, but that does not say that it is on disk: when a sync fails, the kernel keeps the bytes as clean, and
 * a further sync succeeds without writing them. Nor may they be written again where they are: they may have been acknowledged,
 * and a power cut in the middle would damage the only copy. So they are written into a new segment, synced and named as any
 * other, and only then cut off the old one. A segment that holds nothing else is replaced by its new self in one rename.
 *
 * The same goes for a segment without entries: its name may have been seen and never synced.
 */
import { readFully } from './read-fully.js';
import type { FoundSegment } from './found-segment.js';
import type { SegmentScan } from './scan-segment.js';
import { createSegment, NoSpaceError, type ActiveSegment, type SealedBatch } from './segment-files.js';
import { segmentHeaderBytes, type SegmentHeader } from './segment-header.js';
import type { FilePort, LogClock, LogFile } from './types.js';

export interface RenewContext {
  readonly files: FilePort;
  readonly directory: string;
  readonly clock: LogClock;
}

/** The last segment, open for writing. */
export interface LastSegment {
  readonly file: LogFile;
  readonly found: FoundSegment;
  readonly scan: SegmentScan;
}

/**
 * Makes the segment that appends go on in. The old one is sealed by it, or replaced.
 *
 * @throws NoSpaceError when there is no room for it: nothing is lost, and nothing is open for appending
 */
export async function renewLastBatch(context: RenewContext, last: LastSegment): Promise<ActiveSegment> {
  const { files, directory } = context;
  const { file, scan } = last;
  const batch = await lastBatchOf(last);
  const header = successorHeader(context, last);
  const renewed = await createSegment(files, directory, header, batch).catch(async (error: unknown) => {
    if (!(error instanceof NoSpaceError)) throw error;
    // The zeros allocated behind the end, if any are left, make room.
    await cut(file, scan.end);
    return createSegment(files, directory, header, batch);
  });
  try {
    if (header.firstSequence !== last.found.header.firstSequence) await cut(file, header.predecessorBytes);
    return renewed;
  } catch (error) {
    await renewed.file.close();
    throw error;
  }
}

async function lastBatchOf({ file, found, scan }: LastSegment): Promise<SealedBatch | undefined> {
  const { lastBatch, lastCrc, end } = scan;
  if (!lastBatch) return undefined;
  const bytes = Buffer.alloc(end - lastBatch.offset);
  const count = await readFully(file, bytes, lastBatch.offset);
  if (count < bytes.length) throw new Error(`${found.path} ended within its last batch while it was being read`);
  return { bytes, lastCrc };
}

function successorHeader({ clock }: RenewContext, { found, scan }: LastSegment): SegmentHeader {
  const { lastBatch } = scan;
  if (!lastBatch || lastBatch.offset === segmentHeaderBytes) return found.header;
  return {
    identity: found.header.identity,
    firstSequence: lastBatch.firstSequence,
    predecessorBytes: lastBatch.offset,
    predecessorCrc: lastBatch.crcBefore,
    createdAt: clock.now(),
  };
}

async function cut(file: LogFile, bytes: number): Promise<void> {
  await file.truncate(bytes);
  await file.datasync();
}
