/*
 * What is in a log's directory: which segments, in which order, and what is wrong with them as files. Their entries are not read.
 * It may be done beside a writer and a pruner: a segment that is gone when it is opened has been pruned.
 */
import { join } from 'node:path';

import { errorCode, LogCorruptError, LogUnusableError } from '../errors.js';
import { readFully } from '../read-fully.js';
import { isUnfinishedSegment, segmentFileName } from '../segment-file-name.js';
import { decodeSegmentHeader, segmentHeaderBytes, type SegmentHeader } from '../segment-header.js';
import type { FilePort, LogIdentity, Sequence } from '../types.js';
import type { BesideSegments, Finding, LogSurvey, SurveyedSegment } from './types.js';

/** A file whose name ends like a segment's, and what its first bytes say. */
interface Candidate {
  readonly path: string;
  readonly name: string;
  readonly size: number;
  /** What the name says, if it is a segment's. */
  readonly named: Sequence | undefined;
  readonly header: (SegmentHeader & { readonly crc: number }) | undefined;
  /** Why there is none. */
  readonly fault: LogUnusableError | undefined;
  /** The 16 bytes where the identity stands, damaged or not. */
  readonly claimedIdentity: LogIdentity;
}

const endings = { segment: '.wal', torn: /^\d{20}\.wal\.torn-/ };

/**
 * Surveys a directory. `identity` is that of the log that belongs there, where it is known from elsewhere; else it is the one
 * that most segments have.
 *
 * @throws the system's error if the directory cannot be read
 */
export async function surveyLog(files: FilePort, directory: string, identity?: LogIdentity): Promise<LogSurvey> {
  const names = (await files.list(directory)).sort();
  const candidates: Candidate[] = [];
  let pruned = 0;
  for (const name of names.filter((each) => each.endsWith(endings.segment))) {
    const candidate = await readCandidate(files, directory, name);
    if (candidate) candidates.push(candidate);
    else pruned += 1;
  }
  const chosen = identity ?? prevailingIdentity(candidates);
  const findings: Finding[] = [];
  const segments = new Map<Sequence, SurveyedSegment>();
  // A name that agrees with its header is believed before one that does not.
  for (const candidate of [...candidates].sort((a, b) => Number(isMisnamed(a)) - Number(isMisnamed(b)))) {
    const judged = judge(candidate, chosen, segments);
    if (judged.segment) segments.set(judged.segment.firstSequence, judged.segment);
    findings.push(...judged.findings);
  }
  return {
    directory,
    identity: chosen,
    identities: [...new Set(candidates.flatMap(({ header }) => (header ? [header.identity] : [])))],
    segments: [...segments.values()].sort((a, b) => a.firstSequence - b.firstSequence),
    beside: await besideSegments(files, directory, names),
    findings: findings.sort((a, b) => (a.file < b.file ? -1 : 1)),
    pruned,
  };
}

async function readCandidate(files: FilePort, directory: string, name: string): Promise<Candidate | undefined> {
  const path = join(directory, name);
  const bytes = Buffer.alloc(segmentHeaderBytes);
  const read = await readStart(files, path, bytes);
  if (!read) return undefined;
  const sequence = Number(name.slice(0, -endings.segment.length)) as Sequence;
  const isNamed = Number.isSafeInteger(sequence) && sequence > 0 && segmentFileName(sequence) === name;
  const common = {
    ...{ path, name, size: read.size },
    named: isNamed ? sequence : undefined,
    claimedIdentity: bytes.toString('hex', 16, 32) as LogIdentity,
  };
  try {
    const header = decodeSegmentHeader(bytes.subarray(0, read.count), path);
    return { ...common, header, fault: undefined };
  } catch (error) {
    if (!(error instanceof LogUnusableError)) throw error;
    return { ...common, header: undefined, fault: error };
  }
}

async function readStart(
  files: FilePort,
  path: string,
  bytes: Buffer,
): Promise<{ size: number; count: number } | undefined> {
  try {
    const file = await files.open(path, 'read');
    try {
      return { size: await file.size(), count: await readFully(file, bytes, 0) };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The identity that most headers have; where none is whole, what the first segment's bytes claim: its frames will tell. */
function prevailingIdentity(candidates: readonly Candidate[]): LogIdentity | undefined {
  const counts = new Map<LogIdentity, number>();
  for (const { header } of candidates) {
    if (header) counts.set(header.identity, (counts.get(header.identity) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most?.[0] ?? candidates[0]?.claimedIdentity;
}

function isMisnamed({ named, header }: Candidate): boolean {
  return named === undefined || (header !== undefined && header.firstSequence !== named);
}

interface Judged {
  /** Undefined if it cannot be a segment of this log. */
  readonly segment?: SurveyedSegment;
  readonly findings: readonly Finding[];
}

function judge(
  candidate: Candidate,
  identity: LogIdentity | undefined,
  others: ReadonlyMap<Sequence, SurveyedSegment>,
): Judged {
  const { path, name, size, named, header, fault } = candidate;
  const finding = (kind: Finding['kind'], reason: string, offset = 0, bytes = size): Finding => {
    return { kind, file: path, offset, bytes, reason, lost: undefined, perhapsLost: 0 };
  };
  if (fault?.code === 'unknown-version') {
    return { findings: [finding('unknown-version', withoutFile(fault.message, path), 8, 4)] };
  }
  if (header && header.identity !== identity) {
    const reason = `it belongs to another log (${header.identity}, not ${String(identity)})`;
    return { findings: [finding('foreign-segment', reason)] };
  }
  const firstSequence = header?.firstSequence ?? named;
  if (firstSequence === undefined) {
    const reason = 'neither its name nor its header says which entries it holds';
    return { findings: [finding('misnamed-segment', reason)] };
  }
  const other = others.get(firstSequence);
  if (other) {
    return { findings: [finding('repeated-segment', `it begins with the same entry as ${other.name}`)] };
  }
  const findings: Finding[] = [];
  if (fault) {
    const offset = fault instanceof LogCorruptError ? fault.offset : 0;
    findings.push(finding('damaged-header', headerReason(fault, path), offset, Math.min(size, segmentHeaderBytes)));
  }
  if (isMisnamed(candidate)) {
    const reason = `its header says that its name is ${segmentFileName(firstSequence)}`;
    findings.push(finding('misnamed-segment', reason, 0, 0));
  }
  const segment = {
    ...{ path, name, size, firstSequence },
    createdAt: header?.createdAt,
    predecessor: header && { bytes: header.predecessorBytes, crc: header.predecessorCrc },
    headerCrc: header?.crc,
  };
  return { segment, findings };
}

/** The bare reason in a message that also names the file, which a finding has on its own. */
function headerReason(error: LogUnusableError, path: string): string {
  if (error instanceof LogCorruptError) return error.reason;
  return withoutFile(error.message, path);
}

function withoutFile(message: string, path: string): string {
  return message.startsWith(`${path} `) ? `it ${message.slice(path.length + 1)}` : message;
}

async function besideSegments(files: FilePort, directory: string, names: readonly string[]): Promise<BesideSegments> {
  const torn: { name: string; bytes: number }[] = [];
  for (const name of names.filter((each) => endings.torn.test(each))) {
    const read = await readStart(files, join(directory, name), Buffer.alloc(0));
    if (read) torn.push({ name, bytes: read.size });
  }
  return { torn, unfinished: names.filter(isUnfinishedSegment) };
}
