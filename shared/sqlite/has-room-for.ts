import { randomBytes } from 'node:crypto';
import { open, unlink } from 'node:fs/promises';
import { join } from 'node:path';

import { isWantOfSpace } from './want-of-space.js';

const probeName = 'space.probe';

/**
 * Tries whether so many bytes can be written to a directory and synced now: what a file system says of its space shows neither
 * quotas nor what is left to root. Leaves nothing behind, but for what a crash in between leaves; the next try removes that.
 */
export async function hasRoomFor(directory: string, bytes: number): Promise<boolean> {
  const probe = join(directory, probeName);
  try {
    await write(probe, bytes);
    return true;
  } catch (error) {
    if (!isWantOfSpace(error)) throw error;
    return false;
  } finally {
    await remove(probe);
  }
}

/** Random bytes: a file system that compresses has room for any number of zeros. */
async function write(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(randomBytes(bytes));
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function remove(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    // The disk had not even room for the name.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
