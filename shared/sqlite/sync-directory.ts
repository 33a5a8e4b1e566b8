import { closeSync, constants, fsyncSync, openSync } from 'node:fs';

/** Returns when all names in a directory are on disk: a file that was synced can still lose its name in a power cut. */
export function syncDirectory(path: string): void {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
