import type { LogFile } from './types.js';
import { unlessInterrupted } from './unless-interrupted.js';

/** Reads until the buffer is full or the file ends: a read may give less than is there, or be interrupted. Resolves with the count. */
export async function readFully(file: LogFile, buffer: Buffer, position: number): Promise<number> {
  let count = 0;
  while (count < buffer.length) {
    const read = await unlessInterrupted(() => file.read(buffer.subarray(count), position + count));
    if (read === 0) break;
    count += read;
  }
  return count;
}
