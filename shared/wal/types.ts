/** Place of an entry in the log: 1, 2, 3 … without gaps; 0 stands for "before the first". Not a byte offset, not a count. */
export type Sequence = number & { readonly __brand: 'Sequence' };

/** Who this log is: 16 random bytes as 32 hexadecimal digits, in every segment's header. */
export type LogIdentity = string & { readonly __brand: 'LogIdentity' };

/** One entry as it comes out of the log. */
export interface LogEntry {
  readonly sequence: Sequence;
  /** A view of a buffer that belongs to the caller. */
  readonly payload: Buffer;
}

/**
 * W12: the only way from the log to a disk. Every method rejects with the `code` of the system's error (`ENOSPC`, `EIO` …).
 */
export interface FilePort {
  /** Makes a directory and its parents; those that are there already are left alone. The way to it is made durable. */
  makeDirectory(path: string): Promise<void>;
  /** Names in a directory, in no order. */
  list(directory: string): Promise<string[]>;
  /** `read` and `write` need the file to be there; `create` makes it or empties it. */
  open(path: string, mode: 'read' | 'write' | 'create'): Promise<LogFile>;
  /** Atomic: afterwards, and after a crash, there is the old name or the new one. Durable with `syncDirectory`. */
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** Resolves when all names in the directory are on disk. */
  syncDirectory(directory: string): Promise<void>;
  /**
   * Takes a lock that the kernel releases with the process, however that ends. @throws LogLockedError when another process, or
   * another caller in this one, holds it
   */
  lock(path: string): DirectoryLock;
}

/** An open file. Calls on one file are made one after the other by its owner. */
export interface LogFile {
  /** Reads up to the buffer's length; resolves with the count, 0 at the end. */
  read(buffer: Buffer, position: number): Promise<number>;
  /** Writes at a position; resolves with the count, which may be short. */
  write(buffer: Buffer, position: number): Promise<number>;
  /** Resolves when all that was written, and the file's length, is on disk. */
  datasync(): Promise<void>;
  truncate(bytes: number): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}

export interface DirectoryLock {
  release(): void;
}

/** Time, so that a test can hold it. */
export interface LogClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds with fractions, from any beginning, never set back: for measuring. */
  monotonic(): number;
  /** Calls `task` once after `delayMs`; returns how to call that off. */
  schedule(delayMs: number, task: () => void): () => void;
}

/** What is known of the log from elsewhere, checked on open (W6). */
export interface LogExpectation {
  /** The log that belongs here; undefined where none is known yet. */
  readonly identity: LogIdentity | undefined;
  /**
   * Every entry up to here was durable, which means that its sync had returned, and has been stored elsewhere. Opening does not
   * renew it, and of a long log does not read it again.
   */
  readonly durable: Sequence;
  /** Every entry up to here may have been pruned, and none beyond. */
  readonly lowWaterMark: Sequence;
}

export interface LogOptions {
  readonly directory: string;
  readonly files: FilePort;
  readonly clock: LogClock;
  /** Asked once the lock is held, so that whoever answers may rely on being alone. */
  readonly expected: () => Promise<LogExpectation>;
  /** A segment that reached this size is followed by a new one. Default 64 MiB. */
  readonly segmentBytes?: number;
  /**
   * Zeros that are written behind a batch, for the next ones: a sync is faster where the file keeps its length. At most 1 MiB,
   * which is the default; 0 for none.
   */
  readonly preallocateBytes?: number;
  /** A segment with entries in it that reached this age is followed by a new one. Default 10 minutes. */
  readonly segmentAgeMs?: number;
  /**
   * Sealed segments of so many bytes in all are read from their beginning on open; of a longer log, only what `expected` does
   * not know to be durable. Default 64 MiB.
   */
  readonly verifiedBytesMax?: number;
  /** The most that one write and sync carry, but for a larger single entry. At most 1 MiB; default 256 KiB. */
  readonly batchBytesMax?: number;
  /** The most that waits to be written; beyond it appends are refused. Default 8 MiB. */
  readonly pendingBytesMax?: number;
  /** Called after each batch, before its appends resolve. */
  readonly onDurable?: (sequence: Sequence) => void;
  /** Called after each batch with what it took, in the same turn as `onDurable`. Without it nothing is measured. */
  readonly onCommitted?: (commit: CommittedBatch) => void;
  /** Called when a new segment is there, with its first sequence. */
  readonly onRolled?: (firstSequence: Sequence) => void;
  /** Called once, when a write or sync failed for good (W7): the process must end and recover. */
  readonly onFailed?: (cause: unknown) => void;
}

/** What one write and sync took. */
export interface CommittedBatch {
  readonly entries: number;
  readonly bytes: number;
  /** Of the batch, and of the zeros behind it where there are any. */
  readonly writeMs: number;
  /** Until the log heard that it is durable. */
  readonly syncMs: number;
}

/** What opening the log found. */
export interface RecoveryReport {
  readonly identity: LogIdentity;
  readonly segments: number;
  /** First entry held; one more than the durable sequence when there is none. */
  readonly firstSequence: Sequence;
  readonly durableSequence: Sequence;
  /** Bytes cut from the end of the last segment: a batch that was never acknowledged. */
  readonly tornBytes: number;
  /** Where those bytes are kept, unless there were none or only zeros. */
  readonly tornFile: string | undefined;
}

export interface LogStats {
  readonly firstSequence: Sequence;
  readonly durableSequence: Sequence;
  readonly segments: number;
  readonly bytes: number;
  /** Appends that wait to be durable, those in flight among them, and what they take. */
  readonly pendingEntries: number;
  readonly pendingBytes: number;
  /** Segments that got a successor, and such that went, since it was opened. */
  readonly rolledSegments: number;
  readonly prunedSegments: number;
}

/** A log that is open for appending. */
export interface Log {
  readonly recovery: RecoveryReport;

  /**
   * Resolves with the entry's sequence once the whole batch it went in has been written and synced (W1). May be called by any
   * number of callers at a time; the payload is copied before the call returns.
   *
   * @param payload 1 byte to 1 MiB
   * @throws AppendRefusedError nothing was written: disk full, too many waiting, closed, failed before
   * @throws AppendOutcomeUnknownError the write or the sync failed: a restart will tell
   */
  append(payload: Uint8Array): Promise<Sequence>;

  readonly durableSequence: Sequence;

  stats(): LogStats;

  /**
   * Bytes that the entries after `sequence` take; 0 when there are none. Exact where a segment begins; within a segment in
   * proportion to its entries.
   */
  bytesAfter(sequence: Sequence): number;

  /** Tells the log that another thread has removed the segments below this sequence. */
  pruned(firstSequence: Sequence): void;

  /** Refuses new appends, waits for those that are waiting, closes the files, releases the lock. May be called twice. */
  close(): Promise<void>;
}
