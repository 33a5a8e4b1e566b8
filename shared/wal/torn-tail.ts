/*
 * A torn tail: what a crash left of the batch that was in flight. It can be told from damage to a batch that was acknowledged
 * only as far as this:
 *
 * 1. One batch is in flight at a time, and space is allocated in steps: more than both can have is no torn tail.
 * 2. A batch is begun after the sync of the one before it has returned, so a part of a later batch proves that what is bad
 *    before it was durable once.
 * 3. What is known to be durable from elsewhere is checked by whoever recovers the log.
 *
 * Zeros that reach to the end of the file are space that was allocated, and no tail.
 */
import { join } from 'node:path';

import { LogCorruptError } from './errors.js';
import type { FoundSegment } from './found-segment.js';
import { frameSeed, tornBytesLimit } from './frame.js';
import { readFully } from './read-fully.js';
import { findLaterBatch, findZeroTail, type SegmentScan } from './scan-segment.js';
import { tornFileName } from './segment-file-name.js';
import { writeFully } from './segment-files.js';
import type { FilePort, LogClock, LogFile, Sequence } from './types.js';

interface TornTailContext {
  readonly files: FilePort;
  readonly directory: string;
  readonly clock: LogClock;
}

/** Bytes that are to be cut off a segment, and kept. */
export interface Tail {
  readonly from: number;
  /** Behind it are zeros, or nothing. */
  readonly to: number;
}

/**
 * What stands behind the last whole batch of the last segment, if anything but zeros does. Changes nothing.
 *
 * @throws LogCorruptError when it was durable, or cannot be what a crash left
 */
export async function findTornTail(
  file: LogFile,
  { path, size, header }: FoundSegment,
  { fault, end, lastSequence }: SegmentScan,
): Promise<Tail | undefined> {
  if (!fault) return undefined;
  const refuse = (proof: string) => new LogCorruptError(path, fault.offset, `${fault.reason}, and ${proof}`);
  const next = (lastSequence + 1) as Sequence;
  const tail = { from: end, to: await findZeroTail(file, end, size) };
  const later = await findLaterBatch(file, { ...tail, size }, next, frameSeed(header.identity));
  if (later !== undefined) throw refuse(`a later batch at byte ${later} proves that it was durable`);
  if (size - end > tornBytesLimit)
    throw refuse(`the ${size - end} bytes from byte ${end} on are more than a crash leaves`);
  return tail.to > tail.from ? tail : undefined;
}

/** Cuts a tail off a segment, after a copy of it has become durable. Returns where that is. */
export async function cutTail(
  { files, directory, clock }: TornTailContext,
  file: LogFile,
  { path, name }: FoundSegment,
  { from, to }: Tail,
): Promise<string> {
  const asidePath = join(directory, tornFileName(name, from, clock.now()));
  const aside = await files.open(asidePath, 'create');
  let kept = false;
  try {
    const chunk = Buffer.allocUnsafe(Math.min(64 * 1024, to - from));
    for (let position = from; position < to;) {
      const count = await readFully(file, chunk.subarray(0, to - position), position);
      if (count < 1) throw new Error(`${path} ended at byte ${position} while it was being read`);
      await writeFully(aside, chunk.subarray(0, count), position - from);
      position += count;
    }
    await aside.datasync();
    kept = true;
  } finally {
    await aside.close();
    // A start that fails here is tried again, and must not leave another piece on a full disk each time.
    if (!kept) await files.unlink(asidePath);
  }
  await files.syncDirectory(directory);
  await file.truncate(from);
  return asidePath;
}
