import type { LogFile } from './types.js';

/** Reads until the buffer is full or the file ends, since a read may give less than is there; resolves with the count. */
export async function readFully(file: LogFile, buffer: Buffer, position: number): Promise<number> {
  let count = 0;
  while (count < buffer.length) {
    const read = await file.read(buffer.subarray(count), position + count);
    if (read === 0) break;
    count += read;
  }
  return count;
}
