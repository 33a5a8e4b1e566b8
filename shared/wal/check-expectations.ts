/*
 * What is known of a log from elsewhere, held against what was found (W6): which log it is, how far it went, and how much of its
 * beginning can have been pruned.
 */
import { LogCorruptError, LogUnusableError } from './errors.js';
import type { FoundSegment } from './found-segment.js';
import type { SegmentScan } from './scan-segment.js';
import type { LogExpectation } from './types.js';

/** @throws LogUnusableError when entries are known of a log that is not there */
export function checkNothingIsMissing(directory: string, expected: LogExpectation): void {
  if (expected.durable === 0 && expected.lowWaterMark === 0) return;
  throw new LogUnusableError(
    'mismatch',
    `${directory} holds no log, but ${Math.max(expected.durable, expected.lowWaterMark)} entries of one are known: ` +
      'restore the directory',
  );
}

/** @throws LogUnusableError when a segment belongs to another log */
export function checkIdentity(segments: readonly FoundSegment[], expected: LogExpectation): void {
  const identity = expected.identity ?? segments[0]?.header.identity;
  for (const { path, header } of segments) {
    if (header.identity === identity) continue;
    const reason = `${path} belongs to another log (${header.identity}, not ${String(identity)})`;
    throw new LogUnusableError('mismatch', reason);
  }
}

/**
 * @param scan of the last segment
 * @throws LogUnusableError when an entry that was durable is not there, or one that nothing can have pruned
 */
export function checkExpectations(
  directory: string,
  expected: LogExpectation,
  segments: readonly FoundSegment[],
  scan: SegmentScan,
): void {
  const known = Math.max(expected.durable, expected.lowWaterMark);
  if (scan.lastSequence < known) {
    const reason = scan.fault?.reason ?? 'the file ends there';
    throw new LogCorruptError(
      segments.at(-1)?.path ?? directory,
      scan.end,
      `entry ${scan.lastSequence + 1} was durable and cannot be read (${reason})`,
    );
  }
  // A database that never saw a log is a new one: it is filled with what the log still holds.
  if (expected.identity === undefined) return;
  const first = segments[0]?.header.firstSequence ?? 1;
  if (first > expected.durable + 1) {
    throw new LogUnusableError(
      'mismatch',
      `${directory} begins with entry ${first}, but only ${expected.durable} are stored elsewhere: entries ` +
        `${expected.durable + 1} to ${first - 1} are in neither`,
    );
  }
  if (first > expected.lowWaterMark + 1) {
    throw new LogUnusableError(
      'mismatch',
      `${directory} begins with entry ${first}, but only ${expected.lowWaterMark} could be pruned: segments are missing`,
    );
  }
}
