import { frameBytes, sealFrame, writeFrame, type FrameSeed } from './frame.js';
import type { Sequence } from './types.js';

interface Waiter {
  resolve(sequence: Sequence): void;
  reject(error: Error): void;
}

const initialBytes = 16 * 1024;

/**
 * Entries that become durable together. Each is encoded when it arrives, while the batch before it is being synced, so that
 * a batch is ready to be written the moment its turn comes.
 */
export class Batch {
  readonly firstSequence: Sequence;
  readonly #seed: FrameSeed;
  readonly #bytesMax: number;
  readonly #waiters: Waiter[] = [];
  #buffer: Buffer;
  #bytes = 0;
  #lastFrameOffset = 0;

  constructor(firstSequence: Sequence, options: { seed: FrameSeed; bytesMax: number; buffer: Buffer | undefined }) {
    this.firstSequence = firstSequence;
    this.#seed = options.seed;
    this.#bytesMax = options.bytesMax;
    this.#buffer = options.buffer ?? Buffer.allocUnsafe(initialBytes);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get entries(): number {
    return this.#waiters.length;
  }

  get lastSequence(): Sequence {
    return (this.firstSequence + this.#waiters.length - 1) as Sequence;
  }

  /** Whether a payload still fits. A batch takes at least one, however large. */
  fits(payloadBytes: number): boolean {
    return this.entries === 0 || this.#bytes + frameBytes(payloadBytes) <= this.#bytesMax;
  }

  /** Adds an entry; the promise settles with the batch. */
  add(payload: Uint8Array): Promise<Sequence> {
    if (this.entries > 0) sealFrame(this.#buffer, this.#lastFrameOffset, this.#bytes, this.#seed, false);
    this.#reserve(frameBytes(payload.length));
    this.#lastFrameOffset = this.#bytes;
    const index = this.entries;
    const sequence = (this.firstSequence + index) as Sequence;
    this.#bytes += writeFrame(this.#buffer, this.#bytes, sequence, index, payload);
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
    });
  }

  /** Marks the last frame as the batch's end and gives the bytes to write. Nothing can be added afterwards. */
  seal(): { bytes: Buffer; lastCrc: number } {
    const lastCrc = sealFrame(this.#buffer, this.#lastFrameOffset, this.#bytes, this.#seed, true);
    return { bytes: this.#buffer.subarray(0, this.#bytes), lastCrc };
  }

  resolve(): void {
    this.#waiters.forEach((waiter, index) => {
      waiter.resolve((this.firstSequence + index) as Sequence);
    });
  }

  reject(error: Error): void {
    for (const waiter of this.#waiters) waiter.reject(error);
  }

  /** The buffer, for a later batch; this one must not be used any more. */
  takeBuffer(): Buffer {
    return this.#buffer;
  }

  #reserve(bytes: number): void {
    const needed = this.#bytes + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#bytes);
    this.#buffer = larger;
  }
}
