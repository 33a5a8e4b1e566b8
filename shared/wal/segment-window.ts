import { SegmentShrunkError } from './errors.js';
import { batchBytesLimit } from './frame.js';
import { readFully } from './read-fully.js';
import type { LogFile } from './types.js';

/** Twice a batch, so that one that begins in the first half is in memory as a whole. */
const windowBytes = 2 * batchBytesLimit;

/** The part of a segment that is in memory, up to where the segment is looked at. */
export class SegmentWindow {
  readonly buffer: Buffer;
  /** First byte in memory, and the first behind it. */
  start = 0;
  end = 0;
  readonly #file: LogFile;
  readonly #limit: number;

  constructor(file: LogFile, limit: number) {
    this.#file = file;
    this.#limit = limit;
    this.buffer = Buffer.allocUnsafe(Math.min(windowBytes, Math.max(limit, 1)));
  }

  /** Makes sure that `bytes` at `offset` are in memory; they must be in the segment and fit the window. */
  async cover(offset: number, bytes: number): Promise<void> {
    if (offset < this.start || offset + bytes > this.end) await this.load(offset);
  }

  /** Brings the bytes from `offset` on into memory, as many as there is room for; those that are there are kept. */
  async load(offset: number): Promise<void> {
    if (offset < this.start || offset > this.end) return this.reload(offset);
    this.buffer.copyWithin(0, offset - this.start, this.end - this.start);
    this.start = offset;
    await this.#fill();
  }

  /** The same, but everything is read again. */
  async reload(offset: number): Promise<void> {
    this.start = offset;
    this.end = offset;
    await this.#fill();
  }

  /** Bytes that are in memory: a view. */
  view(from: number, to: number): Buffer {
    return this.buffer.subarray(from - this.start, to - this.start);
  }

  async #fill(): Promise<void> {
    const until = Math.min(this.#limit, this.start + this.buffer.length);
    this.end += await readFully(this.#file, this.view(this.end, until), this.end);
    if (this.end < until) throw new SegmentShrunkError(this.end);
  }
}
