/** Why an append was refused. */
export type RefusalCode = 'disk-full' | 'overloaded' | 'closed' | 'log-failed';

/** Why a log cannot be opened. */
export type UnusableCode = 'locked' | 'corrupt' | 'unknown-version' | 'mismatch' | 'not-accessible';

export type WalErrorCode = RefusalCode | UnusableCode | 'outcome-unknown' | 'payload-size';

/** Anything the log has to say. The subclass tells what a caller can do about it. */
export class WalError<Code extends WalErrorCode = WalErrorCode> extends Error {
  override readonly name: string = 'WalError';
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Nothing was written: the same append may be tried again later. */
export class AppendRefusedError extends WalError<RefusalCode> {
  override readonly name = 'AppendRefusedError';
}

/** The entry may or may not be in the log: only a restart tells. */
export class AppendOutcomeUnknownError extends WalError<'outcome-unknown'> {
  override readonly name = 'AppendOutcomeUnknownError';

  constructor(message: string, options?: ErrorOptions) {
    super('outcome-unknown', message, options);
  }
}

/** The log cannot be opened or read as it is; nothing on disk was changed, and a person must look. */
export class LogUnusableError extends WalError<UnusableCode> {
  override readonly name: string = 'LogUnusableError';
}

/** Another process has the log open. */
export class LogLockedError extends LogUnusableError {
  override readonly name = 'LogLockedError';

  constructor(path: string, options?: ErrorOptions) {
    super('locked', `${path} is in use by another process; stop that one first, or use another directory`, options);
  }
}

/** Bytes that were durable are damaged or missing. */
export class LogCorruptError extends LogUnusableError {
  override readonly name = 'LogCorruptError';
  readonly file: string;
  readonly offset: number;
  readonly reason: string;

  constructor(file: string, offset: number, reason: string) {
    super('corrupt', `${file} is damaged at byte ${offset}: ${reason}. Nothing was changed; restore it from a copy`);
    this.file = file;
    this.offset = offset;
    this.reason = reason;
  }
}

/** A segment became shorter while it was read: a writer that starts has cut off what it has copied, or what was torn. */
export class SegmentShrunkError extends LogUnusableError {
  override readonly name = 'SegmentShrunkError';

  constructor(bytes: number) {
    super(
      'not-accessible',
      `a segment was cut to ${bytes} bytes while it was being read: a service is starting on this log; try again`,
    );
  }
}

/** The `code` of a system error. Not asked whether it is an Error: one from another realm is an instance of another class. */
export function errorCode(error: unknown): string | undefined {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  return hasCode && typeof error.code === 'string' ? error.code : undefined;
}

/** Whether a write failed for want of space, which passes (W8), unlike anything else that a write fails of (W7). */
export function isNoSpace(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOSPC' || code === 'EDQUOT';
}
