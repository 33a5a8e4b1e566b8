/*
 * Group commit: many appends, one write and one sync.
 *
 * Owns the batches that wait, the active segment and the numbering. Does not own recovery (recover-log.ts) or pruning.
 *
 * 1. One batch is in flight; the next forms while it syncs (W1).
 * 2. An append resolves after the sync of its batch, never before (W1).
 * 3. The first append after an idle time waits for the end of the current turn of the event loop and for no timer: all requests
 *    that the same turn brought share its sync.
 * 4. A sequence is given when an entry joins a batch. It is used again only if its batch was taken back whole, when nobody
 *    has been told of it (W2). A batch that is taken back takes with it all that wait behind it.
 * 5. After a write or sync has failed, nothing is written or synced any more: what waits is refused in the same turn, and no
 *    roll stays due (W7). A listener that throws is a bug, and fails the log as well.
 * 6. What waits is bounded in bytes.
 */
import { Batch } from './batch.js';
import { endOfTurn } from './end-of-turn.js';
import { AppendOutcomeUnknownError, AppendRefusedError } from './errors.js';
import { batchBytesLimit, frameBytes, payloadSizeError, preallocatedBytesLimit, type FrameSeed } from './frame.js';
import { measuredAppend, type CommitTimes } from './measured-append.js';
import { createSegment, NoSpaceError, trimSegment, type ActiveSegment } from './segment-files.js';
import { segmentHeaderBytes } from './segment-header.js';
import type { CommittedBatch, FilePort, LogClock, LogIdentity, Sequence } from './types.js';

export interface GroupCommitOptions {
  readonly directory: string;
  readonly files: FilePort;
  readonly clock: LogClock;
  readonly identity: LogIdentity;
  readonly seed: FrameSeed;
  readonly segmentBytes: number;
  readonly preallocateBytes: number;
  readonly segmentAgeMs: number;
  readonly batchBytesMax: number;
  readonly pendingBytesMax: number;
  readonly onDurable: (sequence: Sequence) => void;
  readonly onCommitted?: ((commit: CommittedBatch) => void) | undefined;
  /** Called when `successor` is durable and takes the place of `sealed`. */
  readonly onRolled: (sealed: ActiveSegment, successor: ActiveSegment) => void;
  readonly onFailed: (cause: unknown) => void;
}

const sparesMax = 3;
const fullDiskRetryMs = 1000;

export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #segment: ActiveSegment;
  #durable: Sequence;
  /** Oldest first; the last takes new entries, unless it is the one in flight. */
  #waiting: Batch[] = [];
  /** Of what waits and what is in flight. */
  #pendingBytes = 0;
  #lastInFlight: Sequence | undefined;
  #spares: Buffer[] = [];
  readonly #zeros: Buffer;
  #running: Promise<void> | undefined;
  #rollDue = false;
  #cancelAgeing: (() => void) | undefined;
  #failure: Error | undefined;
  #closing = false;

  constructor(segment: ActiveSegment, durable: Sequence, options: GroupCommitOptions) {
    this.#segment = segment;
    this.#durable = durable;
    this.#options = options;
    this.#zeros = Buffer.alloc(Math.min(options.preallocateBytes, preallocatedBytesLimit));
    if (segment.bytes > segmentHeaderBytes) this.#startAgeing();
  }

  get durableSequence(): Sequence {
    return this.#durable;
  }

  get segment(): Readonly<ActiveSegment> {
    return this.#segment;
  }

  /** What waits, and what is in flight. */
  get pending(): { readonly entries: number; readonly bytes: number } {
    const last = this.#waiting.at(-1)?.lastSequence ?? this.#lastInFlight ?? this.#durable;
    return { entries: last - this.#durable, bytes: this.#pendingBytes };
  }

  append(payload: Uint8Array): Promise<Sequence> {
    const refusal = this.#refusal(payload);
    if (refusal) return Promise.reject(refusal);
    this.#pendingBytes += frameBytes(payload.length);
    const appended = this.#formingBatch(payload.length).add(payload);
    this.#wake();
    return appended;
  }

  /** Refuses new appends, waits for those that are there, and gives back what was allocated ahead. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#cancelAgeing?.();
    while (this.#running) await this.#running;
    this.#cancelAgeing?.();
    const { file, allocated, bytes } = this.#segment;
    try {
      // Not synced: whether it is there after a power cut or not makes no difference.
      if (allocated > bytes && !this.#failure) await file.truncate(bytes);
    } finally {
      await file.close();
    }
  }

  #refusal(payload: Uint8Array): Error | undefined {
    const sizeError = payloadSizeError(payload.length);
    if (sizeError) return sizeError;
    if (this.#failure) return new AppendRefusedError('log-failed', 'the log has failed', { cause: this.#failure });
    if (this.#closing) return new AppendRefusedError('closed', 'the log is closed');
    if (this.#pendingBytes + frameBytes(payload.length) > this.#options.pendingBytesMax) {
      return new AppendRefusedError('overloaded', 'too many appends are waiting');
    }
    return undefined;
  }

  #formingBatch(payloadBytes: number): Batch {
    const last = this.#waiting.at(-1);
    if (last?.fits(payloadBytes)) return last;
    const { seed } = this.#options;
    const bytesMax = Math.min(this.#options.batchBytesMax, batchBytesLimit);
    const firstSequence = ((last?.lastSequence ?? this.#lastInFlight ?? this.#durable) + 1) as Sequence;
    const batch = new Batch(firstSequence, { seed, bytesMax, buffer: this.#spares.pop() });
    this.#waiting.push(batch);
    return batch;
  }

  #wake(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      // An append, or a segment coming of age, between the end of the loop and here.
      if (this.#waiting.length > 0 || this.#rollDue) this.#wake();
    });
  }

  async #run(): Promise<void> {
    await endOfTurn();
    let durable: Batch | undefined;
    for (;;) {
      const next = this.#rollDue ? undefined : this.#waiting.shift();
      if (next) {
        durable = await this.#commit(next, durable);
      } else if (durable) {
        this.#tell(durable);
        durable = undefined;
        // Those who append again as soon as they are told need no new turn of the event loop.
        await Promise.resolve();
      } else if (this.#rollDue) {
        await this.#rollBecauseOfAge();
      } else {
        return;
      }
    }
  }

  /** Resolves the appends of a batch that is durable. */
  #tell(durable: Batch): void {
    durable.resolve();
    if (this.#spares.length < sparesMax) this.#spares.push(durable.takeBuffer());
  }

  /**
   * Writes and syncs a batch. Resolves with it once it is durable, with undefined if its appends were rejected.
   *
   * The batch before is told once the sync of this one is under way: what its callers do then, and most append again, happens
   * while the disk works. With 1,024 waiting that brought half as many appends per second again.
   */
  async #commit(batch: Batch, before: Batch | undefined): Promise<Batch | undefined> {
    this.#lastInFlight = batch.lastSequence;
    const sealed = batch.seal();
    const { onCommitted } = this.#options;
    const clock = onCommitted && this.#options.clock;
    let untold = before;
    const tellBefore = () => {
      if (untold) this.#tell(untold);
      untold = undefined;
    };
    let times: CommitTimes | undefined;
    try {
      if (!this.#hasRoomFor(sealed.bytes.length)) {
        tellBefore();
        await this.#roll();
      }
      const zeros = this.#zerosBehind(sealed.bytes.length);
      times = await measuredAppend(this.#segment, sealed, zeros, { onSyncing: tellBefore, clock });
    } catch (error) {
      tellBefore();
      this.#lastInFlight = undefined;
      if (error instanceof NoSpaceError) this.#takeBack(batch, error);
      else this.#fail(error, [batch]);
      return undefined;
    }
    this.#lastInFlight = undefined;
    this.#durable = batch.lastSequence;
    this.#pendingBytes -= batch.bytes;
    if (!this.#cancelAgeing) this.#startAgeing();
    try {
      this.#options.onDurable(this.#durable);
      if (times) onCommitted?.({ entries: batch.entries, bytes: batch.bytes, ...times });
    } catch (error) {
      this.#fail(error, []);
    }
    return batch;
  }

  #hasRoomFor(bytes: number): boolean {
    return this.#segment.bytes === segmentHeaderBytes || this.#segment.bytes + bytes <= this.#options.segmentBytes;
  }

  /** No more than the segment has room for. */
  #zerosBehind(batchBytes: number): Buffer {
    const room = this.#options.segmentBytes - this.#segment.bytes - batchBytes;
    return this.#zeros.subarray(0, Math.max(0, room));
  }

  /** W8: nothing of the batch is on disk, and those behind it carry sequences that follow it. */
  #takeBack(batch: Batch, cause: NoSpaceError): void {
    const refused = new AppendRefusedError('disk-full', 'the disk is full', { cause });
    this.#rejectAll([batch, ...this.#takeWaiting()], refused);
  }

  /** W7: what is in flight may be on disk, in whole or in part; what waits behind it is not. */
  #fail(cause: unknown, inFlight: readonly Batch[]): void {
    const failure = new Error('a write or sync of the log failed', { cause });
    this.#failure = failure;
    this.#rollDue = false;
    this.#cancelAgeing?.();
    const unknown = new AppendOutcomeUnknownError('the entry may or may not be in the log', { cause: failure });
    this.#rejectAll(inFlight, unknown);
    const refused = new AppendRefusedError('log-failed', 'the log has failed', { cause: failure });
    this.#rejectAll(this.#takeWaiting(), refused);
    this.#options.onFailed(cause);
  }

  #takeWaiting(): Batch[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }

  #rejectAll(batches: readonly Batch[], error: Error): void {
    for (const batch of batches) {
      this.#pendingBytes -= batch.bytes;
      batch.reject(error);
    }
  }

  /** W5. Each of the old segment's batches has been synced, so it needs a sync only if zeros are cut off its end. */
  async #roll(): Promise<void> {
    const { files, directory, identity, clock, onRolled } = this.#options;
    const sealed = this.#segment;
    if (sealed.bytes === segmentHeaderBytes) throw new Error('a segment without entries cannot have a successor');
    if (sealed.allocated > sealed.bytes) await trimSegment(sealed);
    const successor = await createSegment(files, directory, {
      identity,
      firstSequence: (this.#durable + 1) as Sequence,
      predecessorBytes: sealed.bytes,
      predecessorCrc: sealed.lastCrc,
      createdAt: clock.now(),
    });
    this.#segment = successor;
    this.#rollDue = false;
    this.#cancelAgeing?.();
    this.#cancelAgeing = undefined;
    try {
      onRolled(sealed, successor);
    } finally {
      await sealed.file.close();
    }
  }

  /** No entry depends on it: on a full disk the segment goes on, and is looked at again later. */
  async #rollBecauseOfAge(): Promise<void> {
    this.#rollDue = false;
    try {
      await this.#roll();
    } catch (error) {
      if (error instanceof NoSpaceError) this.#scheduleRoll(fullDiskRetryMs);
      else this.#fail(error, []);
    }
  }

  /** A segment ages from its creation, but one without entries stays: there is nothing in it to prune. */
  #startAgeing(): void {
    const { clock, segmentAgeMs } = this.#options;
    const age = clock.now() - this.#segment.createdAt;
    this.#scheduleRoll(Math.min(segmentAgeMs, Math.max(0, segmentAgeMs - age)));
  }

  #scheduleRoll(delayMs: number): void {
    this.#cancelAgeing = this.#options.clock.schedule(delayMs, () => {
      this.#rollDue = true;
      this.#wake();
    });
  }
}
