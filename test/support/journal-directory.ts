import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach } from '@jest/globals';

/** Gives out new directories; those of a test are removed after it. */
export function journalDirectories(): () => string {
  const made: string[] = [];
  afterEach(() => {
    for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
  });
  return () => {
    const directory = mkdtempSync(join(tmpdir(), 'journal-'));
    made.push(directory);
    return directory;
  };
}

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
