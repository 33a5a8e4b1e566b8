import type { LogIdentity, Sequence } from '../types.js';

/** Entries from one to another, both included. */
export interface SequenceRange {
  readonly first: Sequence;
  readonly last: Sequence;
}

/** The payload of an entry as something besides the log holds it. */
export type PayloadOf = (sequence: Sequence) => Buffer | undefined;

/**
 * What is wrong with a log:
 *
 * - `damaged-bytes`     bytes in a segment that are no frames where frames were
 * - `damaged-header`    the first 64 bytes of a segment; its entries are read all the same
 * - `missing-entries`   entries that are in no file: a segment is missing, or one was cut
 * - `surplus-bytes`     bytes where none belong; no entry is lost by them
 * - `broken-chain`      a segment is not the one that its successor was made behind
 * - `misnamed-segment`  the name says something else than the header
 * - `repeated-segment`  another file holds the same entries; this one is not looked at
 * - `foreign-segment`   a segment of another log
 * - `unknown-version`   a segment of a format that this build does not read
 */
export type FindingKind =
  | 'damaged-bytes'
  | 'damaged-header'
  | 'missing-entries'
  | 'surplus-bytes'
  | 'broken-chain'
  | 'misnamed-segment'
  | 'repeated-segment'
  | 'foreign-segment'
  | 'unknown-version';

/** One thing that is wrong with a log, and what it costs. */
export interface Finding {
  readonly kind: FindingKind;
  /** Path of the file, or of the directory where no file can be named. */
  readonly file: string;
  readonly offset: number;
  readonly bytes: number;
  readonly reason: string;
  /** Entries that were durable for certain, and cannot be read because of it. */
  readonly lost: SequenceRange | undefined;
  /** How many more, behind those, may have been durable: at the end of a log nothing may tell. */
  readonly perhapsLost: number;
}

/** A frame that is valid. */
export interface WalkedFrame {
  readonly offset: number;
  readonly sequence: Sequence;
  readonly index: number;
  readonly last: boolean;
  readonly crc: number;
  readonly payloadBytes: number;
}

/** Frames that follow each other in a file. Their bytes are a view that holds until the next piece is asked for. */
export interface FramePiece {
  /** `whole`: one batch or several. `partial`: valid frames of a batch that is not whole. */
  readonly kind: 'whole' | 'partial';
  readonly offset: number;
  readonly end: number;
  readonly bytes: Buffer;
  readonly frames: readonly WalkedFrame[];
}

/** Bytes of a segment that are no frames, or none that belong there. */
export interface BadPiece {
  readonly kind: 'bad';
  readonly offset: number;
  readonly end: number;
  readonly reason: string;
  /** The entry that was expected here. */
  readonly expected: Sequence;
  /** The frame that follows; undefined where none does, to the end of the file. */
  readonly next: { readonly sequence: Sequence; readonly index: number } | undefined;
}

export type Piece = FramePiece | BadPiece;

/** A segment as its name, its header and its size describe it. */
export interface SurveyedSegment {
  readonly path: string;
  readonly name: string;
  readonly size: number;
  /** As the header says; where that is damaged, as the name says. */
  readonly firstSequence: Sequence;
  readonly createdAt: number | undefined;
  readonly predecessor: { readonly bytes: number; readonly crc: number } | undefined;
  /** CRC of the header; undefined where it is damaged. */
  readonly headerCrc: number | undefined;
}

/** What lies beside the segments. */
export interface BesideSegments {
  /** Torn tails that were kept aside. */
  readonly torn: readonly { readonly name: string; readonly bytes: number }[];
  /** Segments that were being made. */
  readonly unfinished: readonly string[];
}

/** What is in a log's directory, as far as it can be seen without reading the entries. */
export interface LogSurvey {
  readonly directory: string;
  /** Undefined where no header can be read and none is known from elsewhere. */
  readonly identity: LogIdentity | undefined;
  /** Every identity that a whole header has. */
  readonly identities: readonly LogIdentity[];
  /** In the order of their sequences. */
  readonly segments: readonly SurveyedSegment[];
  readonly beside: BesideSegments;
  readonly findings: readonly Finding[];
  /** Segments that were there and are not any more: pruned while it was looked at. */
  readonly pruned: number;
}

/** What stands behind the last whole batch of the log. None of it is damage. */
export type LogTail =
  | { readonly status: 'clean' }
  /** Zeros to the end of the file: space that was allocated ahead. */
  | { readonly status: 'allocated'; readonly file: string; readonly offset: number; readonly bytes: number }
  /** At most one batch, and nothing shows that it was durable: a crash left it, or it is being written. */
  | {
      readonly status: 'torn';
      readonly file: string;
      readonly offset: number;
      readonly bytes: number;
      readonly reason: string;
    };

/** What is left to say when everything has been read. */
export interface InspectionSummary {
  /** Last entry that can be read, or that is known to have been there. */
  readonly lastSequence: Sequence;
  readonly tail: LogTail;
  /** Segments that go on behind the end that their successor states: the next start cuts that off. */
  readonly unfinishedCuts: readonly string[];
}

/** What is met on the way through a log, in the order of its sequences. */
export type InspectionEvent =
  | { readonly type: 'segment'; readonly segment: SurveyedSegment }
  /** `partial` frames are told only if their batch was durable. */
  | { readonly type: 'frames'; readonly segment: SurveyedSegment; readonly piece: FramePiece }
  /** Frames in the torn tail. */
  | { readonly type: 'torn-frames'; readonly segment: SurveyedSegment; readonly piece: FramePiece }
  | { readonly type: 'finding'; readonly finding: Finding }
  | { readonly type: 'end'; readonly summary: InspectionSummary };
