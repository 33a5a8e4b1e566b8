/*
 * A reader that follows the log beside its writer, in another thread or process.
 *
 * Owns its place and one open file. Reads no further than it is told is durable: what lies beyond may be half written, or be
 * taken back. Memory is one buffer, however long the log (W11).
 */
import { join } from 'node:path';

import { errorCode, LogCorruptError } from './errors.js';
import { framePayload, frameBytesMax, frameSeed, readFrame, type FrameSeed } from './frame.js';
import { segmentFileName, segmentSequences } from './segment-file-name.js';
import { decodeSegmentHeader, segmentHeaderBytes } from './segment-header.js';
import type { FilePort, LogEntry, LogFile, Sequence } from './types.js';

interface Place {
  readonly file: LogFile;
  readonly path: string;
  readonly seed: FrameSeed;
  offset: number;
}

const chunkBytes = 256 * 1024;

export class LogReader {
  readonly #files: FilePort;
  readonly #directory: string;
  #next: Sequence;
  #place: Place | undefined;

  /** Reads entries after `after`. */
  constructor(options: { files: FilePort; directory: string; after: Sequence }) {
    this.#files = options.files;
    this.#directory = options.directory;
    this.#next = (options.after + 1) as Sequence;
  }

  /**
   * The next entries up to `durable`, at most `limit`; none if there are none yet. One call at a time.
   *
   * @throws LogCorruptError when bytes that are durable cannot be read back
   */
  async read(durable: Sequence, limit: number): Promise<LogEntry[]> {
    if (this.#next > durable || limit < 1) return [];
    this.#place ??= await this.#find(this.#next);
    let entries = await this.#readHere(this.#place, durable, limit, chunkBytes);
    if (entries.length === 0) {
      // The segment has ended: what is durable goes on in the next one, which is named by its first entry.
      await this.#place.file.close();
      this.#place = await this.#open(this.#next);
      entries = await this.#readHere(this.#place, durable, limit, chunkBytes);
      if (entries.length === 0) throw this.#unreadable(this.#place, `entry ${this.#next} is missing`);
    }
    return entries;
  }

  async close(): Promise<void> {
    await this.#place?.file.close();
    this.#place = undefined;
  }

  async #readHere(place: Place, durable: Sequence, limit: number, bytesMax: number): Promise<LogEntry[]> {
    const buffer = Buffer.allocUnsafe(bytesMax);
    const end = await readFully(place.file, buffer, place.offset);
    const entries: LogEntry[] = [];
    let at = 0;
    while (this.#next <= durable && entries.length < limit && at < end) {
      const frame = readFrame(buffer, at, end, place.seed);
      if (frame.status === 'short') {
        if (entries.length > 0) break;
        if (end < bytesMax || bytesMax >= frameBytesMax) throw this.#unreadable(place, 'the file ends within a frame');
        return this.#readHere(place, durable, limit, frameBytesMax);
      }
      if (frame.status === 'invalid') throw this.#unreadable(place, frame.reason);
      if (frame.sequence !== this.#next)
        throw this.#unreadable(place, `there is entry ${frame.sequence} in place of ${this.#next}`);
      entries.push({ sequence: frame.sequence, payload: framePayload(buffer, at, frame.payloadBytes) });
      at += frame.bytes;
      place.offset += frame.bytes;
      this.#next = (this.#next + 1) as Sequence;
    }
    return entries;
  }

  /** The place of an entry that lies somewhere within a segment. */
  async #find(sequence: Sequence): Promise<Place> {
    const firsts = segmentSequences(await this.#files.list(this.#directory));
    const first = firsts.findLast((candidate) => candidate <= sequence);
    if (first === undefined) throw new LogCorruptError(this.#directory, 0, `no segment holds entry ${sequence}`);
    const place = await this.#open(first);
    this.#next = first;
    while (this.#next < sequence) {
      const skipped = await this.#readHere(place, (sequence - 1) as Sequence, sequence - this.#next, chunkBytes);
      if (skipped.length > 0) continue;
      // The entry is the first of a segment that has no name yet in the list, or this one ends before it.
      await place.file.close();
      return this.#open(sequence);
    }
    return place;
  }

  async #open(first: Sequence): Promise<Place> {
    const path = join(this.#directory, segmentFileName(first));
    const file = await this.#files.open(path, 'read').catch((error: unknown) => {
      if (errorCode(error) !== 'ENOENT') throw error;
      throw new LogCorruptError(path, 0, 'the segment is missing');
    });
    const header = Buffer.alloc(segmentHeaderBytes);
    const count = await readFully(file, header, 0);
    const { identity } = decodeSegmentHeader(header.subarray(0, count), path);
    return { file, path, seed: frameSeed(identity), offset: segmentHeaderBytes };
  }

  #unreadable(place: Place, reason: string): LogCorruptError {
    return new LogCorruptError(place.path, place.offset, reason);
  }
}

/** Reads until the buffer is full or the file ends; the count. */
async function readFully(file: LogFile, buffer: Buffer, position: number): Promise<number> {
  let count = 0;
  while (count < buffer.length) {
    const read = await file.read(buffer.subarray(count), position + count);
    if (read === 0) break;
    count += read;
  }
  return count;
}
