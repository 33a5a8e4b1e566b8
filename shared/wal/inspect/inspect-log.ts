/*
 * The way through a whole log: every batch that can be read and everything that is wrong, in the order of the sequences.
 *
 * 1. It goes on behind damage, so that all of it is told.
 * 2. It changes nothing and may run beside a writer and a pruner. It ends where the last segment ended when it was opened.
 * 3. In the last segment, what stands behind the last whole batch is held back until it is known whether a later batch follows:
 *    then it was durable and is damaged. It is no more than one batch, so that memory stays bounded (W11).
 */
import { errorCode } from '../errors.js';
import { frameBytes, frameSeed, type FrameSeed } from '../frame.js';
import { segmentHeaderBytes } from '../segment-header.js';
import type { FilePort, LogExpectation, LogFile, Sequence } from '../types.js';
import { badBytes, judgeSealedEnd, measureTail, type WalkEnd } from './segment-end.js';
import type { BadPiece, Finding, FramePiece, InspectionEvent, LogSurvey } from './types.js';
import type { LogTail, PayloadOf, Piece, SurveyedSegment } from './types.js';
import { walkSegment } from './walk-segment.js';

export interface InspectionOptions {
  readonly files: FilePort;
  readonly survey: LogSurvey;
  /**
   * What is known from elsewhere. Beside a writer, `durable` must have been asked before the survey and `lowWaterMark` after it;
   * else what was written or pruned in between would seem to be missing.
   */
  readonly known: LogExpectation;
  /** Tells how long entries were that cannot be read, so that it is known whether there were more. */
  readonly payloadOf?: PayloadOf;
  /** Entries before this one are not wanted: segments that hold no others are left out. */
  readonly from?: Sequence;
}

export async function* inspectLog(options: InspectionOptions): AsyncGenerator<InspectionEvent> {
  const { survey, from = 1 } = options;
  for (const finding of survey.findings) yield { type: 'finding', finding };
  const segments = survey.segments.filter((_, index) => (survey.segments[index + 1]?.firstSequence ?? Infinity) > from);
  const [first] = segments;
  // What a later format means is not known here: nothing is said of the rest either.
  if (survey.findings.some(({ kind }) => kind === 'unknown-version')) {
    yield {
      type: 'end',
      summary: { lastSequence: knownDurable(options), tail: { status: 'clean' }, unfinishedCuts: [] },
    };
    return;
  }
  if (!first || survey.identity === undefined) {
    yield* withoutSegments(options);
    return;
  }
  if (first === survey.segments[0]) yield* beforeFirst(options, first.firstSequence);
  const seed = frameSeed(survey.identity);
  const unfinishedCuts: string[] = [];
  for (const [index, segment] of segments.entries()) {
    const successor = segments[index + 1];
    const file = await openUnlessPruned(options, segment);
    if (!file) continue;
    try {
      yield { type: 'segment', segment };
      if (!successor) {
        yield* new LastSegment(options, segment, file, seed, unfinishedCuts).inspect();
        return;
      }
      const end = yield* inspectSealed(segment, successor, file, seed);
      const judged = judgeSealedEnd(segment, successor, end);
      if (judged === 'unfinished-cut') unfinishedCuts.push(segment.path);
      else if (judged) yield { type: 'finding', finding: judged };
    } finally {
      await file.close();
    }
  }
}

/** The last entry of which it is known from elsewhere that it was durable. */
function knownDurable({ known }: InspectionOptions): Sequence {
  return Math.max(known.durable, known.lowWaterMark) as Sequence;
}

function* withoutSegments(options: InspectionOptions): Generator<InspectionEvent> {
  const { survey, known } = options;
  const lastSequence = knownDurable(options);
  if (lastSequence > 0) {
    const range = { first: (known.lowWaterMark + 1) as Sequence, last: lastSequence };
    const lost = range.first <= range.last ? range : undefined;
    const reason = `there is no segment, and entries up to ${lastSequence} are known to have been durable`;
    yield { type: 'finding', finding: missingIn(survey.directory, reason, lost) };
  }
  yield { type: 'end', summary: { lastSequence, tail: { status: 'clean' }, unfinishedCuts: [] } };
}

function* beforeFirst({ survey, known }: InspectionOptions, first: Sequence): Generator<InspectionEvent> {
  const wanted = (known.lowWaterMark + 1) as Sequence;
  if (known.identity === undefined || first <= wanted) return;
  const reason = `the log begins with entry ${first}, and only those up to ${known.lowWaterMark} can have been pruned`;
  const lost = { first: wanted, last: (first - 1) as Sequence };
  yield { type: 'finding', finding: missingIn(survey.directory, reason, lost) };
}

function missingIn(directory: string, reason: string, lost: Finding['lost']): Finding {
  return { kind: 'missing-entries', file: directory, offset: 0, bytes: 0, reason, lost, perhapsLost: 0 };
}

/** Undefined for a segment that the pruner has removed since the survey: it removes the oldest first. */
async function openUnlessPruned(
  { files, survey }: InspectionOptions,
  segment: SurveyedSegment,
): Promise<LogFile | undefined> {
  try {
    return await files.open(segment.path, 'read');
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    const names = new Set(await files.list(survey.directory));
    const earlier = survey.segments.filter(({ firstSequence }) => firstSequence <= segment.firstSequence);
    if (earlier.some(({ name }) => names.has(name))) throw error;
    return undefined;
  }
}

/** Everything in it was durable. */
async function* inspectSealed(
  segment: SurveyedSegment,
  successor: SurveyedSegment,
  file: LogFile,
  seed: FrameSeed,
): AsyncGenerator<InspectionEvent, WalkEnd> {
  const { size, firstSequence, headerCrc } = segment;
  let end: WalkEnd = {
    ...{ offset: segmentHeaderBytes, next: firstSequence, lastCrc: headerCrc },
    ...{ rest: undefined, damaged: false },
  };
  const range = { size, firstSequence, before: successor.firstSequence };
  for await (const piece of walkSegment(file, range, seed)) {
    if (piece.kind !== 'bad') {
      end = { ...end, ...behind(piece) };
      yield { type: 'frames', segment, piece };
    } else if (piece.next) {
      end = { ...end, damaged: true };
      yield { type: 'finding', finding: badBytes(segment, piece) };
    } else end = { ...end, rest: piece };
  }
  return end;
}

function behind(piece: FramePiece): Pick<WalkEnd, 'offset' | 'next' | 'lastCrc'> {
  const last = piece.frames.at(-1);
  if (!last) throw new Error('a piece without frames');
  return { offset: piece.end, next: (last.sequence + 1) as Sequence, lastCrc: last.crc };
}

/** The segment that may be being written. */
class LastSegment {
  /** What stands behind the last whole batch, as far as it has been walked. */
  #held: Piece[] = [];
  /** Where that begins, and with which entry. */
  #from: { offset: number; next: Sequence };

  constructor(
    private readonly options: InspectionOptions,
    private readonly segment: SurveyedSegment,
    private readonly file: LogFile,
    private readonly seed: FrameSeed,
    private readonly unfinishedCuts: readonly string[],
  ) {
    this.#from = { offset: segmentHeaderBytes, next: segment.firstSequence };
  }

  async *inspect(): AsyncGenerator<InspectionEvent> {
    const { firstSequence } = this.segment;
    const size = await this.file.size();
    for await (const piece of walkSegment(this.file, { size, firstSequence }, this.seed)) {
      if (this.#isOfLaterBatch(piece)) yield* this.#release();
      if (piece.kind === 'whole') {
        this.#from = behind(piece);
        yield { type: 'frames', segment: this.segment, piece };
      } else {
        this.#held.push(piece.kind === 'bad' ? piece : { ...piece, bytes: Buffer.from(piece.bytes) });
      }
    }
    const tail = yield* this.#judgeTail(size);
    const { next } = this.#from;
    const lastSequence = Math.max(next - 1, knownDurable(this.options)) as Sequence;
    yield { type: 'end', summary: { lastSequence, tail, unfinishedCuts: this.unfinishedCuts } };
  }

  #isOfLaterBatch(piece: Piece): boolean {
    if (piece.kind === 'whole') return true;
    const frame = piece.kind === 'bad' ? piece.next : piece.frames[0];
    return frame !== undefined && frame.sequence - frame.index > this.#from.next;
  }

  /** What was held back was durable. */
  *#release(): Generator<InspectionEvent> {
    const { segment } = this;
    for (const piece of this.#held.splice(0)) {
      if (piece.kind === 'bad') yield { type: 'finding', finding: badBytes(segment, piece) };
      else {
        this.#from = behind(piece);
        yield { type: 'frames', segment, piece };
      }
    }
  }

  async *#judgeTail(size: number): AsyncGenerator<InspectionEvent, LogTail> {
    const known = knownDurable(this.options);
    const { offset, next } = this.#from;
    const file = this.segment.path;
    const rest = this.#held.find((piece): piece is BadPiece => piece.kind === 'bad');
    const measured = await measureTail(this.file, offset, size);
    if (known < next && measured.status !== 'too-long') {
      if (size === offset) return { status: 'clean' };
      const { status, bytes } = measured;
      for (const piece of this.#held) {
        if (piece.kind !== 'bad') yield { type: 'torn-frames', segment: this.segment, piece };
      }
      return { status, file, offset, bytes, reason: rest?.reason ?? 'a batch that is not whole' };
    }
    const end = this.#held.at(-1);
    if (end?.kind === 'bad' && end.next === undefined) this.#held.pop();
    yield* this.#release();
    yield* this.#lostAtEnd(end?.kind === 'bad' && end.next === undefined ? end : undefined, known, size);
    return { status: 'clean' };
  }

  /** What cannot be read at the end, and is known, or must be feared, to have been durable. */
  async *#lostAtEnd(bad: BadPiece | undefined, known: Sequence, size: number): AsyncGenerator<InspectionEvent> {
    const first = bad?.expected ?? this.#from.next;
    const offset = bad?.offset ?? size;
    const measured = await measureTail(this.file, offset, size);
    // Zeros hold no entries.
    const bytes = measured.status === 'allocated' ? 0 : measured.bytes;
    const lost = known >= first ? { first, last: known } : undefined;
    const perhapsLost = Math.floor(this.#room(bytes, lost) / frameBytes(1));
    if (!lost && perhapsLost === 0) return;
    const why = bad?.reason ?? 'the file ends';
    const reason = lost ? `${why}, and entry ${known} was durable` : `${why}, and it is more than one batch can have`;
    const kind = bytes > 0 ? 'damaged-bytes' : 'missing-entries';
    yield { type: 'finding', finding: { kind, file: this.segment.path, offset, bytes, reason, lost, perhapsLost } };
  }

  /** How many of the bad bytes are left when the entries that are known to have been there have had theirs. */
  #room(bytes: number, lost: Finding['lost']): number {
    let room = bytes;
    for (let sequence = lost?.first ?? Infinity; sequence <= (lost?.last ?? 0) && room > 0; sequence += 1) {
      room -= frameBytes(this.options.payloadOf?.(sequence as Sequence)?.length ?? 1);
    }
    return Math.max(0, room);
  }
}
