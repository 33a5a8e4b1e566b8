import { join } from 'node:path';

import { isNoSpace } from './errors.js';
import { encodeSegmentHeader, segmentHeaderBytes, type SegmentHeader } from './segment-header.js';
import { segmentFileName, unfinishedEnding } from './segment-file-name.js';
import type { FilePort, LogFile, Sequence } from './types.js';

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
  /** CRC of the last frame, or of the header where there is none: the successor's header repeats it. */
  lastCrc: number;
}

/** Writes all of `bytes` at `position`: short writes go on where they stopped (W1). */
export async function writeFully(file: LogFile, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const count = await file.write(bytes.subarray(written), position + written);
    if (count < 1) throw new Error(`a write of ${bytes.length - written} bytes wrote ${count}`);
    written += count;
  }
}

/**
 * Makes a segment so that it is found whole or not at all (W5): header written and synced under another name, renamed, and
 * the directory synced. After a crash before that, the other name is left over, and removed on the next open.
 *
 * @throws NoSpaceError when the disk is full: the segment is not there
 */
export async function createSegment(files: FilePort, directory: string, header: SegmentHeader): Promise<ActiveSegment> {
  const path = join(directory, segmentFileName(header.firstSequence));
  const { bytes, crc } = encodeSegmentHeader(header);
  const file = await createNamed(files, path, bytes);
  try {
    await files.syncDirectory(directory);
  } catch (error) {
    await file.close();
    throw error;
  }
  const { firstSequence, createdAt } = header;
  return { file, firstSequence, createdAt, bytes: segmentHeaderBytes, lastCrc: crc };
}

/** Until it has its name it is no part of the log, so that a full disk is no failure whichever call finds it (W8). */
async function createNamed(files: FilePort, path: string, header: Buffer): Promise<LogFile> {
  const unfinished = path + unfinishedEnding;
  let file: LogFile | undefined;
  try {
    file = await files.open(unfinished, 'create');
    await writeFully(file, header, 0);
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
 * @param onSyncing called when the sync is under way; must not throw
 * @throws NoSpaceError when the disk is full: the segment is as it was
 */
export async function appendToSegment(
  segment: ActiveSegment,
  bytes: Buffer,
  lastCrc: number,
  onSyncing: () => void,
): Promise<void> {
  try {
    await writeFully(segment.file, bytes, segment.bytes);
  } catch (error) {
    if (!isNoSpace(error)) throw error;
    await segment.file.truncate(segment.bytes);
    await segment.file.datasync();
    throw new NoSpaceError('there is no room for the batch', { cause: error });
  }
  const synced = segment.file.datasync();
  onSyncing();
  await synced;
  segment.bytes += bytes.length;
  segment.lastCrc = lastCrc;
}
