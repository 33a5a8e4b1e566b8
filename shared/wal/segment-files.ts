import { join } from 'node:path';

import { isNoSpace } from './errors.js';
import { encodeSegmentHeader, type SegmentHeader } from './segment-header.js';
import { segmentFileName, unfinishedEnding } from './segment-file-name.js';
import type { FilePort, LogFile, Sequence } from './types.js';
import { unlessInterrupted } from './unless-interrupted.js';

/** The disk had no room; all that was begun has been taken back (W8). */
export class NoSpaceError extends Error {
  override readonly name = 'NoSpaceError';
}

/** The segment that is being appended to. */
export interface ActiveSegment {
  readonly file: LogFile;
  readonly firstSequence: Sequence;
  readonly createdAt: number;
  /** Where the next batch goes: end of what is durable. */
  bytes: number;
  /** Length of the file. From `bytes` to here it holds zeros, which the next batches are written over. */
  allocated: number;
  /** CRC of the last frame, or of the header where there is none: the successor's header repeats it. */
  lastCrc: number;
}

/** Writes all of `bytes` at `position`: short writes go on where they stopped (W1), interrupted ones are made again. */
export async function writeFully(file: LogFile, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const count = await unlessInterrupted(() => file.write(bytes.subarray(written), position + written));
    if (count < 1) throw new Error(`a write of ${bytes.length - written} bytes wrote ${count}`);
    written += count;
  }
}

/** A batch as it is written. */
export interface SealedBatch {
  readonly bytes: Buffer;
  /** CRC of its last frame. */
  readonly lastCrc: number;
}

/**
 * Makes a segment so that it is found whole or not at all (W5): header, and the first batch if there is one, written and synced
 * under another name, renamed, and the directory synced. After a crash before that, the other name is left over, and removed on
 * the next open. A segment of the same name that is there already is replaced.
 *
 * @throws NoSpaceError when the disk is full: the segment is not there, or is the one that was there before
 */
export async function createSegment(
  files: FilePort,
  directory: string,
  header: SegmentHeader,
  firstBatch?: SealedBatch,
): Promise<ActiveSegment> {
  const path = join(directory, segmentFileName(header.firstSequence));
  const encoded = encodeSegmentHeader(header);
  const bytes = firstBatch ? Buffer.concat([encoded.bytes, firstBatch.bytes]) : encoded.bytes;
  const file = await createNamed(files, path, bytes);
  try {
    await files.syncDirectory(directory);
  } catch (error) {
    await file.close();
    throw error;
  }
  const { firstSequence, createdAt } = header;
  const lastCrc = firstBatch?.lastCrc ?? encoded.crc;
  return { file, firstSequence, createdAt, bytes: bytes.length, allocated: bytes.length, lastCrc };
}

/** Until it has its name it is no part of the log, so that a full disk is no failure whichever call finds it (W8). */
async function createNamed(files: FilePort, path: string, bytes: Buffer): Promise<LogFile> {
  const unfinished = path + unfinishedEnding;
  let file: LogFile | undefined;
  try {
    file = await files.open(unfinished, 'create');
    await writeFully(file, bytes, 0);
    await file.datasync();
    await files.rename(unfinished, path);
    return file;
  } catch (error) {
    await file?.close();
    if (!isNoSpace(error)) throw error;
    if (file) await files.unlink(unfinished);
    throw new NoSpaceError('there is no room for a new segment', { cause: error });
  }
}

/**
 * Appends a batch and syncs it. A full disk is found by the write: what it left is cut off again and the cut is synced, so
 * that no byte of a refused batch can come back (W8). Everything else that fails, fails for good (W7).
 *
 * Space is allocated ahead by writing zeros behind the batch: a sync that need not change the length of the file is faster, which
 * brings a fifth to a quarter more appends per second (test/bench/README.md). What does not fit on the disk is done without.
 *
 * @param zeros to be allocated if the batch reaches beyond what is
 * @param onSyncing called when the sync is under way; must not throw
 * @throws NoSpaceError when the disk is full: the segment is as it was
 */
export async function appendToSegment(
  segment: ActiveSegment,
  { bytes, lastCrc }: SealedBatch,
  zeros: Buffer,
  onSyncing: () => void,
): Promise<void> {
  const { file } = segment;
  const end = segment.bytes + bytes.length;
  try {
    await writeFully(file, bytes, segment.bytes);
  } catch (error) {
    if (!isNoSpace(error)) throw error;
    await trimSegment(segment);
    throw new NoSpaceError('there is no room for the batch', { cause: error });
  }
  if (end > segment.allocated) segment.allocated = await allocate(file, end, zeros);
  const synced = file.datasync();
  onSyncing();
  await synced;
  segment.bytes = end;
  segment.lastCrc = lastCrc;
}

/** Cuts off what lies behind the last batch, durably. */
export async function trimSegment(segment: ActiveSegment): Promise<void> {
  await segment.file.truncate(segment.bytes);
  await segment.file.datasync();
  segment.allocated = segment.bytes;
}

/** Writes zeros at the end of a file as far as there is room. Returns its length. */
async function allocate(file: LogFile, end: number, zeros: Buffer): Promise<number> {
  try {
    await writeFully(file, zeros, end);
    return end + zeros.length;
  } catch (error) {
    if (!isNoSpace(error)) throw error;
    await file.truncate(end);
    return end;
  }
}
