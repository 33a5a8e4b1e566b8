import { closeSync, constants, fsyncSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes the name of a directory durable: syncs those that lead to it, nearest first, up to where its file system is mounted.
 * All of them every time, since which are new cannot be known: whoever made them may have died before the sync. One that
 * this user may not read is left to whoever owns it.
 */
export function syncWayTo(path: string, syncDirectory = sync): void {
  const { dev } = statSync(path);
  for (let parent = dirname(path); parent !== path; path = parent, parent = dirname(path)) {
    if (statSync(parent).dev !== dev) return;
    try {
      syncDirectory(parent);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    }
  }
}

function sync(path: string): void {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
