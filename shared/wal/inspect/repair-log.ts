/*
 * Makes a whole log from a damaged one, beside it: the original is only read.
 *
 * 1. Every entry that can be read is kept, byte for byte, under its own sequence.
 * 2. One that cannot is put in from `payloadOf`, where that has it.
 * 3. A log has no gaps, and a sequence that was given once is never given again. So the copy begins after the last entry that
 *    is lost for good; what lies before it is told to `onSalvaged` and is in no log any more.
 * 4. A torn tail is no part of the log and is left out. What can be read of it is told to `onTorn`, since a batch that was
 *    acknowledged last and damaged then looks the same.
 * 5. The log is read twice, from beginning to end; memory grows with the number of its faults, not with its size (W11).
 */
import { LogUnusableError } from '../errors.js';
import { batchBytesLimit, frameBytes, frameSeed, type FrameSeed } from '../frame.js';
import type { FilePort, LogExpectation, LogIdentity, Sequence } from '../types.js';
import { CopyWriter, type BatchPlace } from './copy-writer.js';
import { inspectLog } from './inspect-log.js';
import { DamagedFrames } from './damaged-frames.js';
import { withFile } from './segment-end.js';
import type { Finding, InspectionEvent, InspectionSummary, LogSurvey } from './types.js';
import type { FramePiece, PayloadOf, SequenceRange } from './types.js';
import { payloadIn } from './walk-segment.js';

/** An entry that can be read, and has no place in the copy. */
export interface SalvagedEntry {
  readonly sequence: Sequence;
  readonly payload: Buffer;
  /** Where it stands; undefined for one from elsewhere. */
  readonly at: { readonly segment: string; readonly offset: number; readonly index: number } | undefined;
}

export interface RepairOptions {
  readonly files: FilePort;
  readonly survey: LogSurvey;
  readonly known: LogExpectation;
  /** Entries from elsewhere, as the log held them. */
  readonly payloadOf: PayloadOf;
  /** An empty directory for the copy. */
  readonly target: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly onSalvaged: (entry: SalvagedEntry) => Promise<void>;
  readonly onTorn: (entry: SalvagedEntry) => Promise<void>;
  /** Called with every event of both readings, to tell how far it is. */
  readonly onEvent?: (event: InspectionEvent) => void;
}

/** Entries that were put in from elsewhere. */
export interface FilledRange extends SequenceRange {
  /** How many of them the CRC of the damaged frame proves to be the very same bytes. */
  readonly proven: number;
}

export interface RepairReport {
  readonly identity: LogIdentity;
  readonly findings: readonly Finding[];
  readonly filled: readonly FilledRange[];
  /** Entries that nothing holds any more. */
  readonly lost: readonly SequenceRange[];
  /** Entries behind the last one that is known, of which nobody can say whether they existed; their sequences are left out. */
  readonly perhapsLost: number;
  /** How many entries were told to `onSalvaged`. */
  readonly salvaged: number;
  /** How many were told to `onTorn`. */
  readonly torn: number;
  /** The copy: its first entry, and its last; that is one less where it holds none. */
  readonly firstSequence: Sequence;
  readonly lastSequence: Sequence;
  readonly segments: number;
  readonly tail: InspectionSummary['tail'];
}

/** @throws LogUnusableError where there is nothing that this build can repair */
export async function repairLog(options: RepairOptions): Promise<RepairReport> {
  const { survey } = options;
  const newer = survey.findings.find(({ kind }) => kind === 'unknown-version');
  if (newer) throw new LogUnusableError('unknown-version', `${newer.file} cannot be repaired: ${newer.reason}`);
  const { identity, segments } = survey;
  const [first] = segments;
  if (identity === undefined || !first) {
    throw new LogUnusableError('mismatch', `${survey.directory} holds no segment of a log`);
  }
  const plan = await planRepair(options);
  const seed = frameSeed(identity);
  return new Repair(options, { ...plan, identity, createdAt: first.createdAt ?? options.now }, seed).run();
}

interface Plan {
  /** The copy holds what comes after this entry. */
  readonly cut: Sequence;
  readonly findings: readonly Finding[];
  readonly lost: readonly SequenceRange[];
  readonly perhapsLost: number;
  readonly summary: InspectionSummary;
}

/** The first reading: what is wrong, and from where on the log can be made whole. */
async function planRepair(options: RepairOptions): Promise<Plan> {
  const findings: Finding[] = [];
  const lost: SequenceRange[] = [];
  let perhapsLost = 0;
  let first: Sequence | undefined;
  let summary: InspectionSummary | undefined;
  for await (const event of inspectLog(options)) {
    options.onEvent?.(event);
    if (event.type === 'segment') first ??= event.segment.firstSequence;
    if (event.type === 'end') ({ summary } = event);
    if (event.type !== 'finding') continue;
    const { finding } = event;
    findings.push(finding);
    lost.push(...notHeld(finding.lost, options.payloadOf));
    // What is no more than one batch is a torn tail: the log itself would cut it at the next start.
    if (finding.perhapsLost * frameBytes(1) > batchBytesLimit) ({ perhapsLost } = finding);
    if (finding.lost) first = Math.min(first ?? Infinity, finding.lost.first) as Sequence;
  }
  if (!summary || first === undefined) throw new Error('the log ended before it was read');
  const lastLost = lost.at(-1)?.last;
  const cut = perhapsLost > 0 ? summary.lastSequence + perhapsLost : (lastLost ?? first - 1);
  return { cut: cut as Sequence, findings, lost, perhapsLost, summary };
}

/** The parts of a range that are not held elsewhere. */
function notHeld(range: SequenceRange | undefined, payloadOf: PayloadOf): SequenceRange[] {
  const parts: { first: Sequence; last: Sequence }[] = [];
  for (let sequence = range?.first ?? Infinity; sequence <= (range?.last ?? 0); sequence += 1) {
    if (payloadOf(sequence as Sequence)) continue;
    const part = parts.at(-1);
    if (part?.last === sequence - 1) part.last = sequence as Sequence;
    else parts.push({ first: sequence as Sequence, last: sequence as Sequence });
  }
  return parts;
}

/** The second reading, which writes. */
class Repair {
  readonly #filled: FilledRange[] = [];
  readonly #writer: CopyWriter;
  #salvaged = 0;
  #torn = 0;
  /** Place in its batch of the entry that came last. */
  #place: BatchPlace | undefined;

  constructor(
    private readonly options: RepairOptions,
    private readonly plan: Plan & { readonly identity: LogIdentity; readonly createdAt: number },
    private readonly seed: FrameSeed,
  ) {
    const { identity, createdAt, cut } = plan;
    const firstSequence = (cut + 1) as Sequence;
    const { files, target: directory } = options;
    this.#writer = new CopyWriter({ files, directory, identity, firstSequence, createdAt });
  }

  async run(): Promise<RepairReport> {
    try {
      for await (const event of inspectLog(this.options)) {
        this.options.onEvent?.(event);
        if (event.type === 'segment') await this.#writer.begin(event.segment);
        if (event.type === 'frames') await this.#keep(event.piece, event.segment.name);
        if (event.type === 'torn-frames') await this.#tellTorn(event.piece, event.segment.name);
        if (event.type === 'finding' && event.finding.lost) await this.#fill(event.finding, event.finding.lost);
      }
      await this.#writer.finish();
    } finally {
      await this.#writer.close();
    }
    const { identity, findings, lost, perhapsLost, summary, cut } = this.plan;
    return {
      ...{ identity, findings, lost, perhapsLost, tail: summary.tail },
      ...{ filled: this.#filled, salvaged: this.#salvaged, torn: this.#torn, segments: this.#writer.segments },
      firstSequence: (cut + 1) as Sequence,
      lastSequence: (this.#writer.next - 1) as Sequence,
    };
  }

  async #keep(piece: FramePiece, segment: string): Promise<void> {
    const last = piece.frames.at(-1);
    if (!last) return;
    this.#place = last;
    if (last.sequence > this.plan.cut && piece.kind === 'whole') {
      await this.#writer.copy(piece);
      return;
    }
    for (const frame of piece.frames) {
      const { sequence, offset, index } = frame;
      const payload = payloadIn(piece, frame);
      if (sequence > this.plan.cut) await this.#writer.add(sequence, payload, frame);
      else await this.#salvage({ sequence, payload, at: { segment, offset, index } });
    }
  }

  async #tellTorn(piece: FramePiece, segment: string): Promise<void> {
    for (const frame of piece.frames) {
      const { sequence, offset, index } = frame;
      this.#torn += 1;
      await this.options.onTorn({ sequence, payload: payloadIn(piece, frame), at: { segment, offset, index } });
    }
  }

  /** Puts in what is held elsewhere of the entries that a finding has cost. */
  async #fill(finding: Finding, lost: SequenceRange): Promise<void> {
    if (finding.bytes === 0) return this.#fillRange(lost, undefined);
    return withFile(this.options.files, finding.file, (file) => {
      const { offset, bytes } = finding;
      const range = { offset, end: offset + bytes, before: this.#place };
      return this.#fillRange(lost, new DamagedFrames(file, range, this.seed));
    });
  }

  async #fillRange(range: SequenceRange, damaged: DamagedFrames | undefined): Promise<void> {
    let proven = 0;
    let open: { first: Sequence; last: Sequence } | undefined;
    const told = () => {
      if (open) this.#filled.push({ ...open, proven });
      open = undefined;
      proven = 0;
    };
    for (let sequence = range.first; sequence <= range.last; sequence = (sequence + 1) as Sequence) {
      const payload = this.options.payloadOf(sequence);
      if (!payload) {
        told();
        // Nothing tells any more where the next frame began.
        damaged = undefined;
        this.#place = undefined;
        continue;
      }
      this.#place = await damaged?.prove(sequence, payload);
      if (this.#place) proven += 1;
      open = { first: open?.first ?? sequence, last: sequence };
      if (sequence > this.plan.cut) await this.#writer.add(sequence, payload, this.#place);
      else await this.#salvage({ sequence, payload, at: undefined });
    }
    told();
  }

  async #salvage(entry: SalvagedEntry): Promise<void> {
    this.#salvaged += 1;
    await this.options.onSalvaged(entry);
  }
}
