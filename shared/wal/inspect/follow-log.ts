/*
 * Goes on behind the end of a log as its writer appends. It is told of nothing: it looks, whenever it is asked to.
 *
 * 1. Only whole batches are given: the end of the last segment may be half written.
 * 2. It keeps the segment open that it is in. If that is pruned, what it holds can still be read.
 * 3. A segment is left when its successor is there and all that comes before the successor has been read.
 */
import { join } from 'node:path';

import { errorCode, SegmentShrunkError } from '../errors.js';
import { frameSeed } from '../frame.js';
import { segmentFileName, segmentSequences } from '../segment-file-name.js';
import { segmentHeaderBytes } from '../segment-header.js';
import type { FilePort, LogFile, LogIdentity, Sequence } from '../types.js';
import type { FramePiece, SequenceRange } from './types.js';
import { walkSegment } from './walk-segment.js';

/** What has come since the last look. */
export type Followed =
  | { readonly type: 'frames'; readonly segment: string; readonly piece: FramePiece }
  /** Entries that were pruned before they could be read, or that are damaged. */
  | { readonly type: 'skipped'; readonly range: SequenceRange };

interface Place {
  readonly file: LogFile;
  readonly name: string;
  /** Where the next batch begins, and with which entry. */
  offset: number;
  firstSequence: Sequence;
}

export class LogFollower {
  readonly #files: FilePort;
  readonly #directory: string;
  readonly #identity: LogIdentity;
  #next: Sequence;
  #place: Place | undefined;

  /** Gives entries from `next` on. */
  constructor(options: { files: FilePort; directory: string; identity: LogIdentity; next: Sequence }) {
    this.#files = options.files;
    this.#directory = options.directory;
    this.#identity = options.identity;
    this.#next = options.next;
  }

  /** What is there now and was not at the last look. One look at a time. */
  async *look(): AsyncGenerator<Followed> {
    for (;;) {
      this.#place ??= await this.#find();
      if (!this.#place) return;
      const successor = await this.#successor(this.#place);
      // Looked for before it is read: what comes before a successor is complete.
      try {
        yield* this.#read(this.#place, successor);
      } catch (error) {
        // A writer that starts cuts off what it has copied to a new segment: the next look finds it there.
        if (!(error instanceof SegmentShrunkError)) throw error;
        return;
      }
      if (successor === undefined) return;
      if (this.#next < successor) yield this.#skipTo(successor);
      await this.close();
    }
  }

  async close(): Promise<void> {
    const place = this.#place;
    this.#place = undefined;
    await place?.file.close();
  }

  async *#read(place: Place, before: Sequence | undefined): AsyncGenerator<Followed> {
    const { file, name } = place;
    const range = {
      ...{ size: await file.size(), firstSequence: place.firstSequence, offset: place.offset },
      ...(before !== undefined && { before }),
    };
    for await (const piece of walkSegment(file, range, frameSeed(this.#identity))) {
      if (piece.kind !== 'whole') continue;
      const first = piece.frames[0]?.sequence ?? this.#next;
      if (first > this.#next) yield this.#skipTo(first);
      const frames = piece.frames.filter(({ sequence }) => sequence >= this.#next);
      place.offset = piece.end;
      place.firstSequence = ((piece.frames.at(-1)?.sequence ?? 0) + 1) as Sequence;
      this.#next = Math.max(this.#next, place.firstSequence) as Sequence;
      if (frames.length > 0) yield { type: 'frames', segment: name, piece: { ...piece, frames } };
    }
  }

  #skipTo(sequence: Sequence): Followed {
    const range = { first: this.#next, last: (sequence - 1) as Sequence };
    this.#next = sequence;
    return { type: 'skipped', range };
  }

  async #successor({ name }: Place): Promise<Sequence | undefined> {
    return (await this.#segments()).find((first) => segmentFileName(first) > name);
  }

  async #find(): Promise<Place | undefined> {
    const segments = await this.#segments();
    const first = segments.findLast((sequence) => sequence <= this.#next) ?? segments[0];
    if (first === undefined) return undefined;
    const name = segmentFileName(first);
    try {
      const file = await this.#files.open(join(this.#directory, name), 'read');
      return { file, name, offset: segmentHeaderBytes, firstSequence: first };
    } catch (error) {
      // Pruned between the two looks.
      if (errorCode(error) !== 'ENOENT') throw error;
      return undefined;
    }
  }

  async #segments(): Promise<Sequence[]> {
    return segmentSequences(this.#directory, await this.#files.list(this.#directory));
  }
}
