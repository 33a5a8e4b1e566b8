import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { bytesAfter } from './bytes-after.js';
import { errorCode, LogUnusableError } from './errors.js';
import { frameSeed, preallocatedBytesLimit } from './frame.js';
import { GroupCommit } from './group-commit.js';
import { recoverLog, type RecoveredLog, type SegmentSummary } from './recover-log.js';
import { createSegment, NoSpaceError } from './segment-files.js';
import type {
  DirectoryLock,
  Log,
  LogExpectation,
  LogIdentity,
  LogOptions,
  LogStats,
  RecoveryReport,
  Sequence,
} from './types.js';

const defaults = {
  segmentBytes: 64 * 1024 * 1024,
  preallocateBytes: preallocatedBytesLimit,
  segmentAgeMs: 10 * 60_000,
  batchBytesMax: 256 * 1024,
  pendingBytesMax: 8 * 1024 * 1024,
};

const lockName = 'lock';

/**
 * Opens the log in a directory for one writer, recovering what a crash left; makes it if there is none.
 *
 * @throws LogLockedError at once when another process has it
 * @throws LogUnusableError when it is damaged, of another format, not what was expected, or cannot be written: nothing changed
 */
export async function openLog(options: LogOptions): Promise<Log> {
  const lock = await orNotAccessible(options.directory, () => lockDirectory(options));
  try {
    const expected = await options.expected();
    const recovered = await orNotAccessible(
      options.directory,
      async () => (await recoverLog({ ...options, expected })) ?? (await createLog(options, expected)),
    );
    return new OpenLog(options, recovered, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function lockDirectory({ files, directory }: LogOptions): Promise<DirectoryLock> {
  await files.makeDirectory(directory);
  return files.lock(join(directory, lockName));
}

async function orNotAccessible<T>(directory: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isSystemError(error) && !(error instanceof NoSpaceError)) throw error;
    const cause = error instanceof NoSpaceError ? error.cause : error;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LogUnusableError('not-accessible', `cannot use ${directory} for the log: ${reason}`, { cause });
  }
}

/** Whether the operating system, or SQLite for the lock, said no. */
function isSystemError(error: unknown): boolean {
  return /^(E[A-Z0-9]+|SQLITE_[A-Z_]+)$/.test(errorCode(error) ?? '');
}

async function createLog({ files, directory, clock }: LogOptions, expected: LogExpectation): Promise<RecoveredLog> {
  const identity = expected.identity ?? (randomBytes(16).toString('hex') as LogIdentity);
  const active = await createSegment(files, directory, {
    identity,
    firstSequence: 1 as Sequence,
    predecessorBytes: 0,
    predecessorCrc: 0,
    createdAt: clock.now(),
  });
  return { identity, active, sealed: [], durableSequence: 0 as Sequence, tornBytes: 0, tornFile: undefined };
}

class OpenLog implements Log {
  readonly recovery: RecoveryReport;
  readonly #commit: GroupCommit;
  readonly #lock: DirectoryLock;
  #rolledSegments = 0;
  #prunedSegments = 0;
  #sealed: SegmentSummary[];
  #closing: Promise<void> | undefined;

  constructor(options: LogOptions, recovered: RecoveredLog, lock: DirectoryLock) {
    const { identity, active, durableSequence, tornBytes, tornFile } = recovered;
    this.#lock = lock;
    this.#sealed = [...recovered.sealed];
    this.recovery = {
      identity,
      segments: recovered.sealed.length + 1,
      firstSequence: recovered.sealed[0]?.firstSequence ?? active.firstSequence,
      durableSequence,
      tornBytes,
      tornFile,
    };
    this.#commit = new GroupCommit(active, durableSequence, {
      ...defaults,
      ...options,
      identity,
      seed: frameSeed(identity),
      onDurable: options.onDurable ?? ignore,
      onFailed: options.onFailed ?? ignore,
      onRolled: ({ firstSequence, bytes }, successor) => {
        this.#sealed.push({ firstSequence, bytes });
        this.#rolledSegments += 1;
        options.onRolled?.(successor.firstSequence);
      },
    });
  }

  get durableSequence(): Sequence {
    return this.#commit.durableSequence;
  }

  append(payload: Uint8Array): Promise<Sequence> {
    return this.#commit.append(payload);
  }

  stats(): LogStats {
    const { segment, durableSequence, pending } = this.#commit;
    return {
      firstSequence: this.#sealed[0]?.firstSequence ?? segment.firstSequence,
      durableSequence,
      segments: this.#sealed.length + 1,
      bytes: this.#sealed.reduce((sum, sealed) => sum + sealed.bytes, segment.bytes),
      pendingEntries: pending.entries,
      pendingBytes: pending.bytes,
      rolledSegments: this.#rolledSegments,
      prunedSegments: this.#prunedSegments,
    };
  }

  bytesAfter(sequence: Sequence): number {
    const { segment, durableSequence } = this.#commit;
    return bytesAfter(sequence, durableSequence, [...this.#sealed, segment]);
  }

  pruned(firstSequence: Sequence): void {
    const before = this.#sealed.length;
    this.#sealed = this.#sealed.filter((sealed) => sealed.firstSequence >= firstSequence);
    this.#prunedSegments += before - this.#sealed.length;
  }

  close(): Promise<void> {
    this.#closing ??= this.#commit.close().finally(() => {
      this.#lock.release();
    });
    return this.#closing;
  }
}

function ignore(): void {
  // Nobody asked to be told.
}
