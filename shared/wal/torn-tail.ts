/*
 * A torn tail: what a crash left of the batch that was in flight. It can be told from damage to a batch that was acknowledged
 * only as far as this:
 *
 * 1. One batch is in flight at a time, so a tail longer than a batch can be is none.
 * 2. A batch is begun after the sync of the one before it has returned, so a part of a later batch proves that what is bad
 *    before it was durable once.
 * 3. What is known to be durable from elsewhere is checked by whoever recovers the log.
 */
import { join } from 'node:path';

import { LogCorruptError } from './errors.js';
import { batchBytesLimit, frameSeed } from './frame.js';
import { findLaterBatch, isZeroToEnd, type SegmentScan } from './scan-segment.js';
import { tornFileName } from './segment-file-name.js';
import { writeFully } from './segment-files.js';
import type { FilePort, LogClock, LogFile, LogIdentity, Sequence } from './types.js';

/** The last segment of the log. */
interface LastSegment {
  readonly path: string;
  readonly name: string;
  readonly size: number;
  readonly header: { readonly identity: LogIdentity };
}

interface TornTailContext {
  readonly files: FilePort;
  readonly directory: string;
  readonly clock: LogClock;
}

/**
 * Changes nothing.
 *
 * @throws LogCorruptError when what stands behind the last whole batch was durable, or cannot be what a crash left
 */
export async function checkTornTail(
  file: LogFile,
  last: LastSegment,
  { fault, end, lastSequence }: SegmentScan,
): Promise<void> {
  if (!fault) return;
  const refuse = (proof: string) => new LogCorruptError(last.path, fault.offset, `${fault.reason}, and ${proof}`);
  const next = (lastSequence + 1) as Sequence;
  const later = await findLaterBatch(file, { from: end, size: last.size }, next, frameSeed(last.header.identity));
  if (later !== undefined) throw refuse(`a later batch at byte ${later} proves that it was durable`);
  const tornBytes = last.size - end;
  if (tornBytes > batchBytesLimit) throw refuse(`the ${tornBytes} bytes from byte ${end} on are more than one batch`);
}

/** Cuts what stands behind the last whole batch, which `checkTornTail` has let pass; a copy is durable by then. */
export async function cutTornTail(
  context: TornTailContext,
  file: LogFile,
  last: LastSegment,
  scan: SegmentScan,
): Promise<{ tornBytes: number; tornFile: string | undefined }> {
  const tornBytes = last.size - scan.end;
  if (tornBytes === 0) return { tornBytes, tornFile: undefined };
  const zeros = await isZeroToEnd(file, scan.end, last.size);
  const tornFile = zeros ? undefined : await keepAside(context, file, last, scan.end);
  await file.truncate(scan.end);
  return { tornBytes, tornFile };
}

async function keepAside(
  { files, directory, clock }: TornTailContext,
  from: LogFile,
  last: LastSegment,
  offset: number,
): Promise<string> {
  const path = join(directory, tornFileName(last.name, offset, clock.now()));
  const aside = await files.open(path, 'create');
  let kept = false;
  try {
    const chunk = Buffer.allocUnsafe(64 * 1024);
    for (let position = offset; position < last.size;) {
      const count = await from.read(chunk.subarray(0, Math.min(chunk.length, last.size - position)), position);
      if (count < 1) throw new Error(`${last.path} ended at byte ${position} while it was being read`);
      await writeFully(aside, chunk.subarray(0, count), position - offset);
      position += count;
    }
    await aside.datasync();
    kept = true;
  } finally {
    await aside.close();
    // A start that fails here is tried again, and must not leave another piece on a full disk each time.
    if (!kept) await files.unlink(path);
  }
  await files.syncDirectory(directory);
  return path;
}
