import type { Retrying } from './types.js';

/** What the outbox throws, all of it between its own files: callers of the dispatcher see values and `failed`. */
export type OutboxErrorCode = 'STOPPED' | 'WITHDRAWN' | 'ATTEMPT_FAILED' | 'BROKEN_TRANSPORT';

export class OutboxError extends Error {
  readonly code: OutboxErrorCode;

  constructor(code: OutboxErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** Ends a delivery without an outcome, because the dispatcher stops. The entry is sent again after the next start (O5). */
export class StoppedError extends OutboxError {
  constructor() {
    super('STOPPED', 'the dispatcher has stopped');
  }
}

/** Ends a delivery without an outcome of its own, because a person gave the entry up; that is on record already. */
export class WithdrawnError extends OutboxError {
  constructor() {
    super('WITHDRAWN', 'the entry has been discarded');
  }
}

/** One attempt failed in a way that time may heal. The only error that leads to another attempt. */
export class AttemptFailedError extends OutboxError {
  readonly outcome: Retrying;

  constructor(outcome: Retrying) {
    super('ATTEMPT_FAILED', outcome.error);
    this.outcome = outcome;
  }
}

/** A transport broke its promise: a bug, so the lane fails rather than guesses what became of the entries. */
export class BrokenTransportError extends OutboxError {
  constructor(message: string) {
    super('BROKEN_TRANSPORT', message);
  }
}
