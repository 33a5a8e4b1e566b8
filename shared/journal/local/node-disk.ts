import { statfs } from 'node:fs/promises';

import { hasRoomFor } from '../../sqlite/index.js';
import type { Disk } from './disk.js';

/** The file system that holds a directory, through Node's thread pool. */
export function nodeDisk(directory: string): Disk {
  return {
    async space() {
      const { bavail, blocks, bsize } = await statfs(directory);
      return { availableBytes: bavail * bsize, totalBytes: blocks * bsize };
    },
    hasRoomFor: (bytes) => hasRoomFor(directory, bytes),
  };
}
