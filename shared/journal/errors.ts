/**
 * `disk-reserve`: there is space, but no more than what is kept free. `backlog`: more is kept for destinations than may be.
 * `overloaded`: too many purchases are on their way.
 */
export type RefusedCode = 'disk-full' | 'disk-reserve' | 'backlog' | 'overloaded' | 'closed' | 'failed';

/** Anything a journal has to say. The subclass tells what a caller can do about it. */
export class JournalError<Code extends string = string> extends Error {
  override readonly name: string = 'JournalError';
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Nothing was written: try again later. */
export class PurchaseRefusedError extends JournalError<RefusedCode> {
  override readonly name = 'PurchaseRefusedError';
}

/** It may or may not have been written: try again with the same idempotency key. */
export class PurchaseOutcomeUnknownError extends JournalError<'outcome-unknown'> {
  override readonly name = 'PurchaseOutcomeUnknownError';
}

/** The journal cannot be opened as it is: a person must look. */
export class JournalUnusableError extends JournalError<'unusable'> {
  override readonly name = 'JournalUnusableError';
}

/** The journal cannot be opened for want of space: nothing is half done, and opening it works when there is some. */
export class JournalNoSpaceError extends JournalError<'no-space'> {
  override readonly name = 'JournalNoSpaceError';
}

/** The journal worked and cannot go on: the process must be started anew. */
export class JournalFailedError extends JournalError<'failed' | 'log-failed'> {
  override readonly name = 'JournalFailedError';
}
