/*
 * Sealed segments: each one's successor was made after it had been synced, and says in its header how long it is and how it
 * ends. So a sealed segment is whole or damaged; there is nothing in between.
 *
 * What lies beyond the end that the successor states was never acknowledged there: a crash came between the making of the
 * successor and the cutting of what it took over (renew-last-batch.ts). It is reported as surplus, for the caller to cut.
 */
import { LogCorruptError } from './errors.js';
import type { FoundSegment } from './found-segment.js';
import { batchBytesLimit, frameSeed, tornBytesLimit } from './frame.js';
import { endsWithEntry, scanSegment } from './scan-segment.js';
import type { FilePort, LogExpectation, LogFile, Sequence } from './types.js';

/** What a crash leaves behind the end of a sealed segment is no more than this. */
export const surplusBytesLimit = batchBytesLimit + tornBytesLimit;
const verifiedBytesDefault = 64 * 1024 * 1024;

interface SealedContext {
  readonly files: FilePort;
  readonly expected: LogExpectation;
  readonly verifiedBytesMax?: number;
}

/** A segment that is followed by another. */
export interface SealedSegment {
  readonly segment: FoundSegment;
  readonly firstSequence: Sequence;
  /** Where it ends, as its successor says. The file may be longer: that is surplus. */
  readonly bytes: number;
}

/**
 * Looks at all segments but the last. A log of up to 64 MiB is read from its beginning; of a longer one, only what is not known
 * to be stored elsewhere, so that a long log opens as fast: of the rest, length and last frame are checked.
 *
 * @throws LogCorruptError
 */
export async function checkSealed(
  context: SealedContext,
  segments: readonly FoundSegment[],
): Promise<readonly SealedSegment[]> {
  const { expected, verifiedBytesMax = verifiedBytesDefault } = context;
  const sealed: SealedSegment[] = [];
  const readsAll = segments.slice(0, -1).reduce((sum, { size }) => sum + size, 0) <= verifiedBytesMax;
  for (const [index, successor] of segments.entries()) {
    const segment = segments[index - 1];
    if (!segment) continue;
    const lastSequence = (successor.header.firstSequence - 1) as Sequence;
    await checkOne(context, segment, successor, readsAll || lastSequence > expected.durable);
    const { firstSequence } = segment.header;
    sealed.push({ segment, firstSequence, bytes: successor.header.predecessorBytes });
  }
  return sealed;
}

async function checkOne(
  { files }: SealedContext,
  segment: FoundSegment,
  { header }: FoundSegment,
  reads: boolean,
): Promise<void> {
  const { path, size } = segment;
  const { predecessorBytes: bytes, predecessorCrc: crc } = header;
  if (size < bytes || size > bytes + surplusBytesLimit) {
    throw new LogCorruptError(path, Math.min(size, bytes), `it should have ${bytes} bytes, as its successor says`);
  }
  const sequence = (header.firstSequence - 1) as Sequence;
  const seed = frameSeed(segment.header.identity);
  const file = await files.open(path, 'read');
  try {
    if (reads) await checkWhole(file, segment, { bytes, sequence, crc });
    else if (!(await endsWithEntry(file, bytes, { sequence, crc }, seed))) {
      throw new LogCorruptError(path, bytes, `it does not end with entry ${sequence}, as its successor says`);
    }
  } finally {
    await file.close();
  }
}

async function checkWhole(
  file: LogFile,
  { path, header }: FoundSegment,
  { bytes, sequence, crc }: { readonly bytes: number; readonly sequence: Sequence; readonly crc: number },
): Promise<void> {
  const scan = await scanSegment(file, header, bytes, frameSeed(header.identity));
  if (scan.fault) throw new LogCorruptError(path, scan.fault.offset, scan.fault.reason);
  if (scan.lastSequence !== sequence || scan.lastCrc !== crc) {
    const reason = `it ends with entry ${scan.lastSequence}, which is not where its successor begins`;
    throw new LogCorruptError(path, scan.end, reason);
  }
}
