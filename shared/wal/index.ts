export {
  AppendOutcomeUnknownError,
  AppendRefusedError,
  LogCorruptError,
  LogLockedError,
  LogUnusableError,
  WalError,
} from './errors.js';
export type { RefusalCode, UnusableCode, WalErrorCode } from './errors.js';
export { payloadBytesMax } from './frame.js';
export { LogReader } from './log-reader.js';
export { nodeFiles } from './node-files.js';
export { openLog } from './open-log.js';
export { SegmentPruner } from './segment-pruner.js';
export { systemLogClock } from './system-log-clock.js';
export type {
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
