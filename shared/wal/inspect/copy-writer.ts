/*
 * Writes a log that is a copy of another one, or of the end of it. Not for a log that is in use: nothing is synced before
 * `finish` and each roll, so that a copy counts only once it is complete.
 *
 * 1. Entries come in order without gaps, from the first one on.
 * 2. Whole batches are copied byte for byte. Other entries form batches anew, as they were where that is known.
 * 3. A segment begins where one of the original did, so that names and contents are the same as far as nothing was bad.
 */
import { Batch } from '../batch.js';
import { batchBytesLimit, frameSeed, type FrameSeed } from '../frame.js';
import { createSegment, writeFully, type ActiveSegment } from '../segment-files.js';
import { segmentHeaderBytes } from '../segment-header.js';
import type { FilePort, LogIdentity, Sequence } from '../types.js';
import type { FramePiece, SurveyedSegment } from './types.js';

/** What is known of an entry's place in its batch. */
export interface BatchPlace {
  readonly index: number;
  readonly last: boolean;
}

const segmentBytesMax = 64 * 1024 * 1024;

export class CopyWriter {
  /** The entry that must come next. */
  #next: Sequence;
  readonly #files: FilePort;
  readonly #directory: string;
  readonly #identity: LogIdentity;
  readonly #seed: FrameSeed;
  #active: ActiveSegment | undefined;
  #batch: Batch | undefined;
  /** The segment of the original that is being copied. */
  #original: SurveyedSegment | undefined;
  #createdAt: number;
  #segments = 0;

  constructor(options: {
    readonly files: FilePort;
    readonly directory: string;
    readonly identity: LogIdentity;
    readonly firstSequence: Sequence;
    /** When a segment was made whose header does not tell. */
    readonly createdAt: number;
  }) {
    this.#files = options.files;
    this.#directory = options.directory;
    this.#identity = options.identity;
    this.#seed = frameSeed(options.identity);
    this.#next = options.firstSequence;
    this.#createdAt = options.createdAt;
  }

  get next(): Sequence {
    return this.#next;
  }

  get segments(): number {
    return this.#segments;
  }

  /** Tells that a segment of the original begins. */
  async begin(segment: SurveyedSegment): Promise<void> {
    this.#original = segment;
    if (segment.firstSequence !== this.#next) return;
    await this.#sealBatch();
    await this.#roll();
  }

  /** Whole batches. */
  async copy(piece: FramePiece): Promise<void> {
    await this.#sealBatch();
    const last = piece.frames.at(-1);
    this.#checkNext(piece.frames[0]?.sequence);
    if (!last) return;
    await this.#write(piece.bytes, last.crc);
    this.#next = (last.sequence + 1) as Sequence;
  }

  /** One entry; `place` is where it stood in its batch, if that is known. */
  async add(sequence: Sequence, payload: Buffer, place: BatchPlace | undefined): Promise<void> {
    this.#checkNext(sequence);
    if (place?.index === 0 || this.#batch?.fits(payload.length) === false) await this.#sealBatch();
    this.#batch ??= new Batch(sequence, { seed: this.#seed, bytesMax: batchBytesLimit, buffer: undefined });
    // Nobody waits for the batch: it is written here, not committed.
    void this.#batch.add(payload);
    this.#next = (sequence + 1) as Sequence;
    if (place?.last) await this.#sealBatch();
  }

  /** Makes all of it durable; a copy without entries gets a segment that says which sequence comes next. */
  async finish(): Promise<void> {
    await this.#sealBatch();
    await this.#activeSegment();
    await this.close(true);
    await this.#files.syncDirectory(this.#directory);
  }

  /** Gives up the file that is open. */
  async close(sync = false): Promise<void> {
    const active = this.#active;
    this.#active = undefined;
    if (sync) await active?.file.datasync();
    await active?.file.close();
  }

  #checkNext(sequence: Sequence | undefined): void {
    if (sequence !== this.#next)
      throw new Error(`entry ${String(sequence)} was to be copied in place of ${this.#next}`);
  }

  async #sealBatch(): Promise<void> {
    const batch = this.#batch;
    this.#batch = undefined;
    if (!batch) return;
    const { bytes, lastCrc } = batch.seal();
    await this.#write(bytes, lastCrc, batch.firstSequence);
  }

  async #write(bytes: Buffer, lastCrc: number, firstSequence = this.#next): Promise<void> {
    let active = await this.#activeSegment(firstSequence);
    // The original's own segments end where they did; only one that entries are put into may grow too large.
    const room = Math.max(segmentBytesMax, this.#original?.size ?? 0);
    const full = active.bytes > segmentHeaderBytes && active.bytes + bytes.length > room;
    if (full) active = await this.#roll(firstSequence);
    await writeFully(active.file, bytes, active.bytes);
    active.bytes += bytes.length;
    active.lastCrc = lastCrc;
  }

  async #activeSegment(firstSequence = this.#next): Promise<ActiveSegment> {
    return this.#active ?? (await this.#roll(firstSequence));
  }

  async #roll(firstSequence = this.#next): Promise<ActiveSegment> {
    const old = this.#active;
    const original = this.#original?.firstSequence === firstSequence ? this.#original : undefined;
    const predecessor = old ? { bytes: old.bytes, crc: old.lastCrc } : original?.predecessor;
    this.#createdAt = original?.createdAt ?? this.#createdAt;
    await this.close(true);
    this.#active = await createSegment(this.#files, this.#directory, {
      identity: this.#identity,
      firstSequence,
      predecessorBytes: predecessor?.bytes ?? 0,
      predecessorCrc: predecessor?.crc ?? 0,
      createdAt: this.#createdAt,
    });
    this.#segments += 1;
    return this.#active;
  }
}
