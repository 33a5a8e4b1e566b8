import { frameBytes, frameHeaderBytes, readFrameIndex, sealFrame, writeFrame, type FrameSeed } from '../frame.js';
import { readFully } from '../read-fully.js';
import type { LogFile, Sequence } from '../types.js';
import type { BatchPlace } from './copy-writer.js';

/**
 * Holds payloads from elsewhere against the damaged frames whose place they are to take. A frame's CRC covers its payload, its
 * sequence and its place in the batch: where the damage spared the CRC, and a payload yields the same one, that payload is what
 * the frame held.
 *
 * Goes through the damaged bytes frame by frame, as long as the payloads say where the next one begins.
 */
export class DamagedFrames {
  readonly #file: LogFile;
  readonly #seed: FrameSeed;
  readonly #end: number;
  #offset: number;
  /** Place of the entry before in its batch. */
  #before: BatchPlace | undefined;

  constructor(
    file: LogFile,
    range: { readonly offset: number; readonly end: number; readonly before: BatchPlace | undefined },
    seed: FrameSeed,
  ) {
    this.#file = file;
    this.#offset = range.offset;
    this.#end = range.end;
    this.#before = range.before;
    this.#seed = seed;
  }

  /** The place that the next damaged frame had in its batch, if its CRC proves that this was its payload. */
  async prove(sequence: Sequence, payload: Buffer): Promise<BatchPlace | undefined> {
    if (this.#offset >= this.#end) return undefined;
    const header = Buffer.alloc(frameHeaderBytes);
    const count = await readFully(this.#file, header, this.#offset);
    this.#offset += frameBytes(payload.length);
    const place = count === frameHeaderBytes ? this.#findPlace(sequence, payload, header) : undefined;
    this.#before = place;
    return place;
  }

  #findPlace(sequence: Sequence, payload: Buffer, header: Buffer): BatchPlace | undefined {
    const crc = header.readUInt32LE(0);
    const following = this.#before && (this.#before.last ? 0 : this.#before.index + 1);
    const frame = Buffer.alloc(frameBytes(payload.length));
    for (const index of new Set([readFrameIndex(header, 0), following ?? 0, 0])) {
      for (const last of [false, true]) {
        writeFrame(frame, 0, sequence, index, payload);
        if (sealFrame(frame, 0, frame.length, this.#seed, last) === crc) return { index, last };
      }
    }
    return undefined;
  }
}
