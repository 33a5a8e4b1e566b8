import { join } from 'node:path';

import { errorCode } from './errors.js';
import { segmentFileName, segmentSequences } from './segment-file-name.js';
import type { FilePort, Sequence } from './types.js';

/**
 * Removes the segments that the low-water mark has passed (W10): oldest first, never the last one, directory synced. It may
 * run beside the writer, in another thread: a segment is sealed once its successor is there. Each removal is on disk before
 * the next begins, so that a crash in between leaves no gap, only the rest for the next time.
 */
export class SegmentPruner {
  readonly #files: FilePort;
  readonly #directory: string;
  /** First sequences of the segments that are there, oldest first. */
  #segments: Sequence[] = [];

  constructor(options: { files: FilePort; directory: string }) {
    this.#files = options.files;
    this.#directory = options.directory;
  }

  /** Looks what is there, and makes it so after a crash as well: a successor that is not would be no reason to remove anything. */
  async start(): Promise<void> {
    this.#segments = segmentSequences(this.#directory, await this.#files.list(this.#directory));
    await this.#files.syncDirectory(this.#directory);
  }

  /** Tells of a segment that was made since. */
  added(firstSequence: Sequence): void {
    if ((this.#segments.at(-1) ?? 0) < firstSequence) this.#segments.push(firstSequence);
  }

  /**
   * Removes every segment whose entries are all at or below the mark, which must be durable by now.
   *
   * @returns first sequence of the oldest segment left, if any was removed
   */
  async prune(mark: Sequence): Promise<Sequence | undefined> {
    let removed = false;
    for (;;) {
      const [oldest, next] = this.#segments;
      if (oldest === undefined || next === undefined || next - 1 > mark) break;
      await this.#remove(oldest);
      await this.#files.syncDirectory(this.#directory);
      // Not a plain shift: another call may have removed it meanwhile.
      this.#segments = this.#segments.filter((segment) => segment > oldest);
      removed = true;
    }
    return removed ? this.#segments[0] : undefined;
  }

  async #remove(firstSequence: Sequence): Promise<void> {
    try {
      await this.#files.unlink(join(this.#directory, segmentFileName(firstSequence)));
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }
}
