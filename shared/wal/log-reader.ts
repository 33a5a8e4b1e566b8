/*
 * A reader that follows the log beside its writer, in another thread or process.
 *
 * Owns its place and one open file. Reads no further than it is told is durable: what lies beyond may be half written, or be
 * taken back. Memory is one buffer, however long the log (W11).
 */
import { join } from 'node:path';

import { errorCode, LogCorruptError } from './errors.js';
import { frameBytes, frameBytesMax, frameHeaderBytes, framePayload, frameSeed, readFrame } from './frame.js';
import { readFrameLength, readFrameSequence, type FrameSeed } from './frame.js';
import { segmentFileName, segmentSequences } from './segment-file-name.js';
import { decodeSegmentHeader, segmentHeaderBytes } from './segment-header.js';
import { readFully } from './read-fully.js';
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
    const entries = await this.#readHere(this.#place, durable, limit);
    if (entries.length > 0) return entries;
    // The segment has ended: what is durable goes on in the next one, which is named by its first entry.
    await this.close();
    this.#place = await this.#open(this.#next);
    const onward = await this.#readHere(this.#place, durable, limit);
    if (onward.length === 0) throw unreadable(this.#place, `entry ${this.#next} is missing`);
    return onward;
  }

  async close(): Promise<void> {
    const place = this.#place;
    this.#place = undefined;
    await place?.file.close();
  }

  async #readHere(place: Place, durable: Sequence, limit: number): Promise<LogEntry[]> {
    const entries = await readEntries(place, { from: this.#next, to: durable, limit });
    this.#next = (this.#next + entries.length) as Sequence;
    return entries;
  }

  /** The place of an entry that is durable and lies somewhere within a segment. */
  async #find(sequence: Sequence): Promise<Place> {
    const firsts = segmentSequences(this.#directory, await this.#files.list(this.#directory));
    const first = firsts.findLast((candidate) => candidate <= sequence);
    if (first === undefined) throw new LogCorruptError(this.#directory, 0, `no segment holds entry ${sequence}`);
    const place = await this.#open(first);
    try {
      await skipEntries(place, first, sequence);
      return place;
    } catch (error) {
      await place.file.close();
      throw error;
    }
  }

  async #open(first: Sequence): Promise<Place> {
    const path = join(this.#directory, segmentFileName(first));
    const file = await this.#files.open(path, 'read').catch((error: unknown) => {
      if (errorCode(error) !== 'ENOENT') throw error;
      throw new LogCorruptError(path, 0, 'the segment is missing');
    });
    try {
      const header = Buffer.alloc(segmentHeaderBytes);
      const count = await readFully(file, header, 0);
      const { identity } = decodeSegmentHeader(header.subarray(0, count), path);
      return { file, path, seed: frameSeed(identity), offset: segmentHeaderBytes };
    } catch (error) {
      await file.close();
      throw error;
    }
  }
}

/**
 * Moves a place from one entry to a later one, by the lengths in the frames alone: what is not read is not checked. With that, a
 * reader that begins at the end of a full segment is there in a third of the time, and so is the checkout after a kill.
 */
async function skipEntries(place: Place, from: Sequence, to: Sequence): Promise<void> {
  const buffer = Buffer.allocUnsafe(chunkBytes);
  let next = from;
  while (next < to) {
    const end = await readFully(place.file, buffer, place.offset);
    let at = 0;
    for (; next < to && at + frameHeaderBytes <= end; next = (next + 1) as Sequence) {
      const sequence = readFrameSequence(buffer, at);
      if (sequence !== next) throw unreadable(place, `there is entry ${sequence} in place of ${next}`, at);
      at += frameBytes(readFrameLength(buffer, at));
    }
    if (at === 0) throw unreadable(place, `entry ${next} is missing`);
    place.offset += at;
  }
}

/** Entries at a place, which moves behind them; none at the end of the file. */
async function readEntries(
  place: Place,
  wanted: { readonly from: Sequence; readonly to: Sequence; readonly limit: number },
  bytesMax = chunkBytes,
): Promise<LogEntry[]> {
  const { from, to, limit } = wanted;
  const buffer = Buffer.allocUnsafe(bytesMax);
  const end = await readFully(place.file, buffer, place.offset);
  const entries: LogEntry[] = [];
  let at = 0;
  for (let next = from; next <= to && entries.length < limit && at < end; next = (next + 1) as Sequence) {
    const frame = readFrame(buffer, at, end, place.seed);
    if (frame.status === 'short') {
      if (entries.length > 0) break;
      if (end < bytesMax || bytesMax >= frameBytesMax) throw unreadable(place, 'the file ends within a frame');
      return readEntries(place, wanted, frameBytesMax);
    }
    // What came before it in this chunk is not given: a damaged log is not followed.
    if (frame.status === 'invalid') throw unreadable(place, frame.reason, at);
    if (frame.sequence !== next) {
      throw unreadable(place, `there is entry ${frame.sequence} in place of ${next}`, at);
    }
    entries.push({ sequence: frame.sequence, payload: framePayload(buffer, at, frame.payloadBytes) });
    at += frame.bytes;
  }
  place.offset += at;
  return entries;
}

function unreadable(place: Place, reason: string, at = 0): LogCorruptError {
  return new LogCorruptError(place.path, place.offset + at, reason);
}
