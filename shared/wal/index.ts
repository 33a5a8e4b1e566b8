export {
  AppendOutcomeUnknownError,
  AppendRefusedError,
  LogCorruptError,
  LogLockedError,
  LogUnusableError,
  SegmentShrunkError,
  WalError,
} from './errors.js';
export type { RefusalCode, UnusableCode, WalErrorCode } from './errors.js';
export { payloadBytesMax } from './frame.js';
export { LogFollower } from './inspect/follow-log.js';
export type { Followed } from './inspect/follow-log.js';
export { inspectLog } from './inspect/inspect-log.js';
export type { InspectionOptions } from './inspect/inspect-log.js';
export { foretellNextStart } from './inspect/next-start.js';
export type { NextStart } from './inspect/next-start.js';
export { repairLog } from './inspect/repair-log.js';
export type { FilledRange, RepairOptions, RepairReport, SalvagedEntry } from './inspect/repair-log.js';
export { surveyLog } from './inspect/survey-log.js';
export type {
  Finding,
  FindingKind,
  FramePiece,
  InspectionEvent,
  InspectionSummary,
  LogSurvey,
  LogTail,
  PayloadOf,
  SequenceRange,
  SurveyedSegment,
} from './inspect/types.js';
export { payloadIn } from './inspect/walk-segment.js';
export { LogReader } from './log-reader.js';
export { nodeFiles } from './node-files.js';
export { openLog } from './open-log.js';
export { SegmentPruner } from './segment-pruner.js';
export { systemLogClock } from './system-log-clock.js';
export type {
  CommittedBatch,
  DirectoryLock,
  FilePort,
  Log,
  LogClock,
  LogEntry,
  LogExpectation,
  LogFile,
  LogIdentity,
  LogOptions,
  LogStats,
  RecoveryReport,
  Sequence,
} from './types.js';
