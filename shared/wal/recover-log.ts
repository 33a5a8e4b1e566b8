/*
 * Opening a log: what is there, what of it holds, and where to go on (W6).
 *
 * 1. Everything is looked at before anything is changed: a log that is refused is left as it was found.
 * 2. A sealed segment is whole: its successor's header says how long it is and how it ends. It is read only where its entries
 *    are not known to be stored elsewhere; that is a bounded amount, however long the log.
 * 3. In the last segment, bytes behind the last whole batch are a torn tail only if nothing of a later batch follows them and
 *    nothing known to be durable lies beyond the end. They are kept aside, then cut.
 * 4. What has been recovered is synced before anyone reads it.
 */
import { join } from 'node:path';

import { errorCode, LogCorruptError, LogUnusableError } from './errors.js';
import { frameSeed } from './frame.js';
import { findLaterBatch, isZeroToEnd, scanSegment, type SegmentScan } from './scan-segment.js';
import { segmentFileName, segmentSequences, tornFileName, unfinishedEnding } from './segment-file-name.js';
import { writeFully, type ActiveSegment } from './segment-files.js';
import { decodeSegmentHeader, segmentHeaderBytes, type SegmentHeader } from './segment-header.js';
import type { FilePort, LogClock, LogExpectation, LogFile, LogIdentity, Sequence } from './types.js';

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
  const segments = await Promise.all(sequences.map((sequence) => readSegmentHead(files, directory, sequence)));
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
    if (scan.fault) await checkTornTail(file, last, scan);
    const torn = await cutTornTail(context, file, last, scan);
    await removeUnfinished(context, names);
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
    const count = await file.read(bytes, 0);
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
async function checkSealed({ files, expected }: RecoveryContext, segments: readonly FoundSegment[]): Promise<void> {
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
    if (firstSequence - 1 <= expected.durable) continue;
    const scan = await scanPath(files, sealed);
    if (scan.fault) throw new LogCorruptError(sealed.path, scan.fault.offset, scan.fault.reason);
    if (scan.lastSequence !== firstSequence - 1 || scan.lastCrc !== predecessorCrc) {
      throw new LogCorruptError(
        sealed.path,
        scan.end,
        `it ends with entry ${scan.lastSequence}, which is not where its successor begins`,
      );
    }
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
}

/** Invariant 3. */
async function checkTornTail(file: LogFile, last: FoundSegment, scan: SegmentScan): Promise<void> {
  const next = (scan.lastSequence + 1) as Sequence;
  const range = { from: scan.end, size: last.size };
  const later = await findLaterBatch(file, range, next, frameSeed(last.header.identity));
  if (later === undefined || !scan.fault) return;
  throw new LogCorruptError(
    last.path,
    scan.fault.offset,
    `${scan.fault.reason}, and a later batch at byte ${later} proves that it was durable`,
  );
}

async function cutTornTail(
  context: RecoveryContext,
  file: LogFile,
  last: FoundSegment,
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
  { files, directory, clock }: RecoveryContext,
  from: LogFile,
  last: FoundSegment,
  offset: number,
): Promise<string> {
  const path = join(directory, tornFileName(last.name, offset, clock.now()));
  const aside = await files.open(path, 'create');
  try {
    const chunk = Buffer.allocUnsafe(64 * 1024);
    for (let position = offset; position < last.size;) {
      const count = await from.read(chunk.subarray(0, Math.min(chunk.length, last.size - position)), position);
      if (count < 1) throw new Error(`${last.path} ended at byte ${position} while it was being read`);
      await writeFully(aside, chunk.subarray(0, count), position - offset);
      position += count;
    }
    await aside.datasync();
  } finally {
    await aside.close();
  }
  await files.syncDirectory(directory);
  return path;
}

/** A segment that was being made when the process died: nothing in it was ever acknowledged (W5). */
async function removeUnfinished({ files, directory }: RecoveryContext, names: readonly string[]): Promise<void> {
  for (const name of names.filter((each) => each.endsWith(unfinishedEnding))) {
    try {
      await files.unlink(join(directory, name));
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }
}
