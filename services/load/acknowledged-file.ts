import { closeSync, fdatasyncSync, ftruncateSync, openSync, readSync, fstatSync, writeSync } from 'node:fs';

import { CannotLoadError } from './usage.js';
import type { Told } from './types.js';

/** More than the longest line. */
const tailBytes = 4096;
const newline = 0x0a;
const lineStart = '{"sequence":';

/**
 * Every purchase that was acknowledged, as a line of JSON, in the order of acknowledgement. A line is handed to the kernel before
 * the purchase is counted: what was counted is in the file however this process ends.
 */
export class AcknowledgedFile {
  readonly path: string;
  readonly #descriptor: number;
  #closed = false;

  /** With `append`, goes on behind what is there; a line that was torn is cut off. @throws CannotLoadError */
  static open(path: string, append: boolean): AcknowledgedFile {
    try {
      const descriptor = openSync(path, append ? 'a+' : 'wx', 0o600);
      if (append) cutTornLine(path, descriptor);
      return new AcknowledgedFile(path, descriptor);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      const there = 'is there already: name another file, or give --append';
      const reason = code === 'EEXIST' ? there : `cannot be written (${code})`;
      throw new CannotLoadError(`${path} ${reason}`, { cause: error });
    }
  }

  private constructor(path: string, descriptor: number) {
    this.path = path;
    this.#descriptor = descriptor;
  }

  /** @throws CannotLoadError, as where the disk is full: then nothing more may be counted */
  write({ sequence, id, total, currency }: Told): void {
    const line = Buffer.from(`${JSON.stringify({ sequence, id, total, currency })}\n`);
    try {
      for (let at = 0; at < line.length;) at += writeSync(this.#descriptor, line, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new CannotLoadError(`${this.path} cannot be written any more (${code ?? String(error)})`, { cause: error });
    }
  }

  /** Makes it durable. May be called twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    fdatasyncSync(this.#descriptor);
    closeSync(this.#descriptor);
  }
}

/** What wrote it before may have been killed, or had a full disk, in the middle of a line, which it did not count then. */
function cutTornLine(path: string, descriptor: number): void {
  const { size } = fstatSync(descriptor);
  const tail = Buffer.alloc(Math.min(size, tailBytes));
  readSync(descriptor, tail, 0, tail.length, size - tail.length);
  const end = tail.lastIndexOf(newline) + 1;
  const torn = tail.toString('latin1', end);
  if (torn === '') return;
  const ours = torn.startsWith(lineStart) || lineStart.startsWith(torn);
  if (!ours) throw new CannotLoadError(`${path} does not end like a file of this command: name another`);
  ftruncateSync(descriptor, size - torn.length);
}
