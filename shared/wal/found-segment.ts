import { join } from 'node:path';

import { LogCorruptError } from './errors.js';
import { readFully } from './read-fully.js';
import { segmentFileName } from './segment-file-name.js';
import { decodeSegmentHeader, segmentHeaderBytes, type SegmentHeader } from './segment-header.js';
import type { FilePort, Sequence } from './types.js';

/** A segment as it is found on opening: its name, its length and its header. */
export interface FoundSegment {
  readonly path: string;
  readonly name: string;
  /** Length of the file in bytes. */
  readonly size: number;
  readonly header: SegmentHeader & { readonly crc: number };
}

/** @throws LogUnusableError when the header is damaged, of another format, or not the one that the name promises */
export async function findSegment(files: FilePort, directory: string, sequence: Sequence): Promise<FoundSegment> {
  const name = segmentFileName(sequence);
  const path = join(directory, name);
  const file = await files.open(path, 'read');
  try {
    const size = await file.size();
    const bytes = Buffer.alloc(segmentHeaderBytes);
    const count = await readFully(file, bytes, 0);
    const header = decodeSegmentHeader(bytes.subarray(0, count), path);
    if (header.firstSequence !== sequence) {
      throw new LogCorruptError(path, 32, `its name says ${sequence}, its header ${header.firstSequence}`);
    }
    return { path, name, size, header };
  } finally {
    await file.close();
  }
}
