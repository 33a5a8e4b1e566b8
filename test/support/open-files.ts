import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** The files under a directory that this process holds open; none where the system does not tell. */
export function openFilesUnder(directory: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc/self/fd')
    .map((descriptor) => targetOf(join('/proc/self/fd', descriptor)))
    .filter((path) => path.startsWith(directory));
}

function targetOf(descriptor: string): string {
  try {
    return readlinkSync(descriptor);
  } catch (error) {
    // The descriptor that listed the directory is closed by now.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return '';
  }
}
