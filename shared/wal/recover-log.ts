/*
 * Opening a log: what is there, what of it holds, and where to go on (W6).
 *
 * 1. Everything is looked at before anything is changed: a log that is refused is left as it was found.
 * 2. A sealed segment is whole: its successor's header says how long it is and how it ends (check-sealed.ts).
 * 3. In the last segment, bytes behind the last whole batch are a torn tail only if they are no more than a crash can leave,
 *    nothing of a later batch follows them and nothing known to be durable lies beyond the end (torn-tail.ts). They are kept
 *    aside, then cut.
 * 4. What has been recovered is durable before anyone reads it. A batch that can be read may be on no disk, so it is written
 *    anew, unless it is known that its sync returned (renew-last-batch.ts).
 */
import { join } from 'node:path';

import { checkExpectations, checkIdentity, checkNothingIsMissing } from './check-expectations.js';
import { checkSealed, type SealedSegment } from './check-sealed.js';
import { errorCode } from './errors.js';
import { findSegment, type FoundSegment } from './found-segment.js';
import { frameSeed } from './frame.js';
import { renewLastBatch, type LastSegment } from './renew-last-batch.js';
import { findZeroTail, scanSegment } from './scan-segment.js';
import { isUnfinishedSegment, segmentSequences } from './segment-file-name.js';
import type { ActiveSegment } from './segment-files.js';
import { cutTail, findTornTail } from './torn-tail.js';
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
  readonly verifiedBytesMax?: number;
}

type Torn = Pick<RecoveredLog, 'tornBytes' | 'tornFile'>;

/** The log in a directory, ready to be appended to; undefined if there is none. @throws LogUnusableError */
export async function recoverLog(context: RecoveryContext): Promise<RecoveredLog | undefined> {
  const { files, directory, expected } = context;
  const names = await files.list(directory);
  const segments: FoundSegment[] = [];
  // One after the other: a log of a thousand segments must not need a thousand files open.
  for (const sequence of segmentSequences(directory, names)) {
    segments.push(await findSegment(files, directory, sequence));
  }
  const found = segments.at(-1);
  if (!found) {
    checkNothingIsMissing(directory, expected);
    await removeUnfinished(context, names);
    return undefined;
  }
  checkIdentity(segments, expected);
  const sealed = await checkSealed(context, segments);

  const file = await files.open(found.path, 'write');
  let active: ActiveSegment | undefined;
  try {
    const scan = await scanSegment(file, found.header, found.size, frameSeed(found.header.identity));
    checkExpectations(directory, expected, segments, scan);
    const tail = await findTornTail(file, found, scan);
    // From here on things are changed.
    const torn = tail && { tornBytes: tail.to - tail.from, tornFile: await cutTail(context, file, found, tail) };
    await removeUnfinished(context, names);
    const durable = await makeDurable(context, { file, found, scan }, { sealed, wasCut: tail !== undefined });
    // Not before: of what is cut off here, the copy in the last segment may have had no name on disk (invariant 4).
    const surplus = await cutSurplus(context, sealed).catch(async (error: unknown) => {
      if (durable.file !== file) await durable.file.close();
      throw error;
    });
    active = durable;
    const summaries = sealed.map(({ firstSequence, bytes }): SegmentSummary => ({ firstSequence, bytes }));
    if (active.firstSequence !== found.header.firstSequence) {
      summaries.push({ firstSequence: found.header.firstSequence, bytes: scan.lastBatch?.offset ?? scan.end });
    }
    const { identity } = found.header;
    return { identity, active, sealed: summaries, durableSequence: scan.lastSequence, ...(torn ?? surplus) };
  } finally {
    if (active?.file !== file) await closeBoth(file, active);
  }
}

/** The segment that was the last, and, if that fails, the one that took its place. */
async function closeBoth(file: LogFile, active: ActiveSegment | undefined): Promise<void> {
  try {
    await file.close();
  } catch (error) {
    await active?.file.close();
    throw error;
  }
}

/** Invariant 4. Where something is left to be cut off a sealed segment, a start broke off: the last one may have no name on disk. */
async function makeDurable(
  context: RecoveryContext,
  last: LastSegment,
  { sealed, wasCut }: { readonly sealed: readonly SealedSegment[]; readonly wasCut: boolean },
): Promise<ActiveSegment> {
  const { files, directory, expected } = context;
  const { file, found, scan } = last;
  const isNamed = sealed.every(({ segment, bytes }) => segment.size === bytes);
  if (isNamed && scan.lastBatch && scan.lastSequence <= expected.durable) {
    await file.datasync();
    await files.syncDirectory(directory);
    const { firstSequence, createdAt } = found.header;
    const allocated = wasCut ? scan.end : found.size;
    return { file, firstSequence, createdAt, bytes: scan.end, allocated, lastCrc: scan.lastCrc };
  }
  return renewLastBatch(context, last);
}

/** Cuts off what lies behind the end of sealed segments; what is not zeros is kept aside. */
async function cutSurplus(context: RecoveryContext, sealed: readonly SealedSegment[]): Promise<Torn> {
  let torn: Torn = { tornBytes: 0, tornFile: undefined };
  for (const { segment, bytes } of sealed) {
    if (segment.size === bytes) continue;
    const file = await context.files.open(segment.path, 'write');
    try {
      const to = await findZeroTail(file, bytes, segment.size);
      if (to > bytes)
        torn = { tornBytes: to - bytes, tornFile: await cutTail(context, file, segment, { from: bytes, to }) };
      else await file.truncate(bytes);
      await file.datasync();
    } finally {
      await file.close();
    }
  }
  return torn;
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
