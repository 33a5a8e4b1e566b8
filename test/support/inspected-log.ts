import { frameBytes } from '../../shared/wal/frame.js';
import { inspectLog } from '../../shared/wal/inspect/inspect-log.js';
import { repairLog, type RepairReport, type SalvagedEntry } from '../../shared/wal/inspect/repair-log.js';
import { surveyLog } from '../../shared/wal/inspect/survey-log.js';
import type {
  Finding,
  InspectionSummary,
  LogSurvey,
  PayloadOf,
  SequenceRange,
} from '../../shared/wal/inspect/types.js';
import { payloadIn } from '../../shared/wal/inspect/walk-segment.js';
import { segmentHeaderBytes } from '../../shared/wal/segment-header.js';
import type { FilePort, LogExpectation, Sequence } from '../../shared/wal/types.js';
import { SimulatedDisk, type DiskImage } from './simulated-disk.js';
import { logDirectory, nothingKnown, segmentPath } from './memory-log.js';

const knowsNothing: PayloadOf = () => undefined;

/** Nothing is known of the log from elsewhere, not even who it is. */
export const unknownLog: LogExpectation = { ...nothingKnown, identity: undefined };

/** All that an inspection tells. */
export interface Inspected {
  readonly survey: LogSurvey;
  readonly findings: readonly Finding[];
  /** Payloads by sequence, as text. */
  readonly entries: ReadonlyMap<number, string>;
  readonly summary: InspectionSummary;
}

/** Inspects the log on a disk; the disk must be as it was afterwards. */
export async function inspected(
  disk: SimulatedDisk,
  options: { known?: LogExpectation; files?: FilePort; payloadOf?: PayloadOf; from?: number } = {},
): Promise<Inspected> {
  const { known = unknownLog, files = disk, payloadOf = knowsNothing, from = 1 } = options;
  const before = disk.fingerprint();
  const survey = await surveyLog(files, logDirectory, known.identity);
  const findings: Finding[] = [];
  const entries = new Map<number, string>();
  let summary: InspectionSummary | undefined;
  for await (const event of inspectLog({ files, survey, known, payloadOf, from: from as Sequence })) {
    if (event.type === 'finding') findings.push(event.finding);
    if (event.type === 'end') ({ summary } = event);
    if (event.type !== 'frames') continue;
    for (const frame of event.piece.frames) {
      if (entries.has(frame.sequence)) throw new Error(`entry ${frame.sequence} was told twice`);
      entries.set(frame.sequence, payloadIn(event.piece, frame).toString());
    }
  }
  if (!summary) throw new Error('the inspection did not end');
  if (disk.fingerprint() !== before) throw new Error('the inspection has changed the disk');
  return { survey, findings, entries, summary };
}

/** Every sequence that the findings call lost. */
export function lostIn(findings: readonly { readonly lost: SequenceRange | undefined }[]): number[] {
  return findings.flatMap(({ lost }) => (lost ? sequencesIn([lost]) : []));
}

export function sequencesIn(ranges: readonly SequenceRange[]): number[] {
  return ranges.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, n) => first + n));
}

export const copyDirectory = '/copy';

/** What a repair made, as an image of a disk on which the copy is the log. */
export interface Repaired {
  readonly report: RepairReport;
  readonly copy: DiskImage;
  readonly salvaged: ReadonlyMap<number, string>;
  readonly torn: readonly number[];
}

/** Repairs the log on a disk, whose files must be as they were afterwards. */
export async function repaired(
  disk: SimulatedDisk,
  options: { known?: LogExpectation; payloadOf?: PayloadOf } = {},
): Promise<Repaired> {
  const { known = unknownLog, payloadOf = knowsNothing } = options;
  const before = disk.image();
  const salvaged = new Map<number, string>();
  const onSalvaged = ({ sequence, payload }: SalvagedEntry) => {
    salvaged.set(sequence, payload.toString());
    return Promise.resolve();
  };
  const torn: number[] = [];
  const onTorn = ({ sequence }: SalvagedEntry) => {
    torn.push(sequence);
    return Promise.resolve();
  };
  const survey = await surveyLog(disk, logDirectory, known.identity);
  const target = { target: copyDirectory, now: 7, onSalvaged, onTorn };
  const report = await repairLog({ files: disk, survey, known, payloadOf, ...target });
  const after = new Map(disk.imageAfterPowerCut());
  for (const [path, bytes] of before) {
    if (after.get(path)?.equals(bytes) !== true) throw new Error(`the repair has changed ${path}`);
    after.delete(path);
  }
  const copy = new Map([...after].map(([path, bytes]) => [path.replace(copyDirectory, logDirectory), bytes]));
  return { report, copy, salvaged, torn };
}

/** Where the frame of an entry lies on the disk of `diskWith`. */
export interface FramePlace {
  readonly path: string;
  readonly offset: number;
  readonly bytes: number;
}

/** The place of every frame, where these batches are in one segment, or each in a segment of its own. */
export function framePlaces(batches: readonly (readonly string[])[], segmentEach = false): Map<number, FramePlace> {
  const places = new Map<number, FramePlace>();
  let path = segmentPath(1);
  let offset = segmentHeaderBytes;
  let sequence = 1;
  for (const batch of batches) {
    if (segmentEach) [path, offset] = [segmentPath(sequence), segmentHeaderBytes];
    for (const payload of batch) {
      const bytes = frameBytes(Buffer.byteLength(payload));
      places.set(sequence, { path, offset, bytes });
      offset += bytes;
      sequence += 1;
    }
  }
  return places;
}

/** Changes the bytes of a file on the disk. */
export function change(disk: SimulatedDisk, path: string, how: (bytes: Buffer) => Buffer): void {
  const bytes = disk.image().get(path);
  if (!bytes) throw new Error(`${path} is not there`);
  disk.put(path, how(bytes));
}

export function flip(bytes: Buffer, at: number): Buffer {
  bytes.writeUInt8(bytes.readUInt8(at) ^ 0x10, at);
  return bytes;
}

/** What a database would hold of these batches. */
export function heldElsewhere(
  batches: readonly (readonly string[])[],
  only?: (sequence: number) => boolean,
): PayloadOf {
  const payloads = batches.flat();
  return (sequence) => {
    const payload = payloads[sequence - 1];
    return payload !== undefined && (only?.(sequence) ?? true) ? Buffer.from(payload) : undefined;
  };
}
