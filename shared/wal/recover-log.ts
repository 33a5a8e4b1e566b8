/*
 * Opening a log: what is there, what of it holds, and where to go on (W6).
 *
 * 1. Everything is looked at before anything is changed: a log that is refused is left as it was found.
 * 2. A sealed segment is whole: its successor's header says how long it is and how it ends. A log of up to 128 MiB is read from
 *    its beginning; of a longer one, only what is not known to be stored elsewhere, so that a long log opens as fast.
 * 3. In the last segment, bytes behind the last whole batch are a torn tail only if they are no more than one batch, nothing of
 *    a later batch follows them and nothing known to be durable lies beyond the end. They are kept aside, then cut.
 * 4. What has been recovered is synced before anyone reads it. The last batch is written again first: if its sync failed, the
 *    kernel may hold its bytes as clean, readable, and on no disk, so that a sync alone would report success for nothing.
 */
import { join } from 'node:path';

import { errorCode, LogCorruptError, LogUnusableError } from './errors.js';
import { frameSeed } from './frame.js';
import { endsWithEntry, scanSegment, type SegmentScan } from './scan-segment.js';
import { readFully } from './read-fully.js';
import { isUnfinishedSegment, segmentFileName, segmentSequences } from './segment-file-name.js';
import { writeFully, type ActiveSegment } from './segment-files.js';
import { decodeSegmentHeader, segmentHeaderBytes, type SegmentHeader } from './segment-header.js';
import { checkTornTail, cutTornTail } from './torn-tail.js';
import type { FilePort, LogClock, LogExpectation, LogFile, LogIdentity, Sequence } from './types.js';

const verifiedBytesDefault = 128 * 1024 * 1024;

export interface SegmentSummary {
  readonly firstSequence: Sequence;
  readonly bytes: number;
}

export interface RecoveredLog {
  readonly identity: LogIdentity;
  readonly active: ActiveSegment;
  readonly sealed: readonly SegmentSummary[];
  readonly durableSequence: Sequence;
  readonly tornBytes: number;
  readonly tornFile: string | undefined;
}

interface RecoveryContext {
  readonly files: FilePort;
  readonly directory: string;
  readonly clock: LogClock;
  readonly expected: LogExpectation;
  readonly verifiedBytesMax?: number;
}

interface FoundSegment {
  readonly path: string;
  readonly name: string;
  readonly size: number;
  readonly header: SegmentHeader & { readonly crc: number };
}

/** The log in a directory, ready to be appended to; undefined if there is none. @throws LogUnusableError */
export async function recoverLog(context: RecoveryContext): Promise<RecoveredLog | undefined> {
  const { files, directory, expected } = context;
  const names = await files.list(directory);
  const sequences = segmentSequences(directory, names);
  const segments: FoundSegment[] = [];
  // One after the other: a log of a thousand segments must not need a thousand files open.
  for (const sequence of sequences) segments.push(await readSegmentHead(files, directory, sequence));
  const last = segments.at(-1);
  const first = segments[0];
  if (!last || !first) {
    checkNothingIsMissing(context);
    await removeUnfinished(context, names);
    return undefined;
  }
  checkIdentity(segments, expected);
  await checkSealed(context, segments);

  const file = await files.open(last.path, 'write');
  try {
    const seed = frameSeed(last.header.identity);
    const scan = await scanSegment(file, last.header, last.size, seed);
    checkExpectations(context, first.header.firstSequence, last, scan);
    await checkTornTail(file, last, scan);
    const torn = await cutTornTail(context, file, last, scan);
    await removeUnfinished(context, names);
    await writeLastBatchAgain(file, scan);
    await file.datasync();
    await files.syncDirectory(directory);
    const { firstSequence, createdAt, identity } = last.header;
    return {
      identity,
      active: { file, firstSequence, createdAt, bytes: scan.end, lastCrc: scan.lastCrc },
      sealed: segments.slice(0, -1).map(({ header, size }) => ({ firstSequence: header.firstSequence, bytes: size })),
      durableSequence: scan.lastSequence,
      ...torn,
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readSegmentHead(files: FilePort, directory: string, sequence: Sequence): Promise<FoundSegment> {
  const name = segmentFileName(sequence);
  const path = join(directory, name);
  const file = await files.open(path, 'read');
  try {
    const size = await file.size();
    const bytes = Buffer.alloc(segmentHeaderBytes);
    const count = await readFully(file, bytes, 0);
    const header = decodeSegmentHeader(bytes.subarray(0, count), path);
    if (header.firstSequence !== sequence) {
      throw new LogCorruptError(path, 32, `its name says ${sequence}, its header ${header.firstSequence}`);
    }
    return { path, name, size, header };
  } finally {
    await file.close();
  }
}

function checkNothingIsMissing({ directory, expected }: RecoveryContext): void {
  if (expected.durable === 0 && expected.lowWaterMark === 0) return;
  throw new LogUnusableError(
    'mismatch',
    `${directory} holds no log, but ${Math.max(expected.durable, expected.lowWaterMark)} entries of one are known: ` +
      'restore the directory, or move the database away to start anew',
  );
}

function checkIdentity(segments: readonly FoundSegment[], expected: LogExpectation): void {
  const identity = expected.identity ?? segments[0]?.header.identity;
  for (const { path, header } of segments) {
    if (header.identity !== identity) {
      throw new LogUnusableError(
        'mismatch',
        `${path} belongs to another log (${header.identity}, not ${String(identity)})`,
      );
    }
  }
}

/** Invariant 2. */
async function checkSealed(context: RecoveryContext, segments: readonly FoundSegment[]): Promise<void> {
  const { files, expected, verifiedBytesMax = verifiedBytesDefault } = context;
  const readsAll = segments.slice(0, -1).reduce((sum, { size }) => sum + size, 0) <= verifiedBytesMax;
  for (const [index, successor] of segments.entries()) {
    const sealed = segments[index - 1];
    if (!sealed) continue;
    const { predecessorBytes, predecessorCrc, firstSequence } = successor.header;
    if (sealed.size !== predecessorBytes) {
      throw new LogCorruptError(
        sealed.path,
        sealed.size,
        `it should have ${predecessorBytes} bytes, as its successor says`,
      );
    }
    const lastSequence = (firstSequence - 1) as Sequence;
    if (lastSequence <= expected.durable && !readsAll) {
      if (await endsWith(files, sealed, { sequence: lastSequence, crc: predecessorCrc })) continue;
      throw new LogCorruptError(
        sealed.path,
        sealed.size,
        `it does not end with entry ${lastSequence}, as its successor says`,
      );
    }
    const scan = await scanPath(files, sealed);
    if (scan.fault) throw new LogCorruptError(sealed.path, scan.fault.offset, scan.fault.reason);
    if (scan.lastSequence !== lastSequence || scan.lastCrc !== predecessorCrc) {
      throw new LogCorruptError(
        sealed.path,
        scan.end,
        `it ends with entry ${scan.lastSequence}, which is not where its successor begins`,
      );
    }
  }
}

async function endsWith(
  files: FilePort,
  segment: FoundSegment,
  entry: { readonly sequence: Sequence; readonly crc: number },
): Promise<boolean> {
  const file = await files.open(segment.path, 'read');
  try {
    return await endsWithEntry(file, segment.size, entry, frameSeed(segment.header.identity));
  } finally {
    await file.close();
  }
}

async function scanPath(files: FilePort, segment: FoundSegment): Promise<SegmentScan> {
  const file = await files.open(segment.path, 'read');
  try {
    return await scanSegment(file, segment.header, segment.size, frameSeed(segment.header.identity));
  } finally {
    await file.close();
  }
}

function checkExpectations(
  { directory, expected }: RecoveryContext,
  first: Sequence,
  last: FoundSegment,
  scan: SegmentScan,
): void {
  const known = Math.max(expected.durable, expected.lowWaterMark);
  if (scan.lastSequence < known) {
    const reason = scan.fault?.reason ?? 'the file ends there';
    throw new LogCorruptError(
      last.path,
      scan.end,
      `entry ${scan.lastSequence + 1} was durable and cannot be read (${reason})`,
    );
  }
  // A database that never saw a log is a new one: it is filled with what the log still holds.
  if (expected.identity !== undefined && first > expected.durable + 1) {
    throw new LogUnusableError(
      'mismatch',
      `${directory} begins with entry ${first}, but only ${expected.durable} are stored elsewhere: segments are missing`,
    );
  }
  if (expected.identity !== undefined && first > expected.lowWaterMark + 1) {
    throw new LogUnusableError(
      'mismatch',
      `${directory} begins with entry ${first}, but only ${expected.lowWaterMark} could be pruned: segments are missing`,
    );
  }
}

/** Invariant 4. */
async function writeLastBatchAgain(file: LogFile, { lastBatchOffset, end }: SegmentScan): Promise<void> {
  const bytes = Buffer.allocUnsafe(end - lastBatchOffset);
  const count = await readFully(file, bytes, lastBatchOffset);
  if (count < bytes.length)
    throw new Error(`the file ended at byte ${lastBatchOffset + count} while it was being read`);
  await writeFully(file, bytes, lastBatchOffset);
}

/** A segment that was being made when the process died: nothing in it was ever acknowledged (W5). */
async function removeUnfinished({ files, directory }: RecoveryContext, names: readonly string[]): Promise<void> {
  for (const name of names.filter(isUnfinishedSegment)) {
    try {
      await files.unlink(join(directory, name));
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }
}
