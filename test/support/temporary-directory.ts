import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach } from '@jest/globals';

function make(): string {
  return mkdtempSync(join(tmpdir(), 'checkout-test-'));
}

/** Gives each test folders of its own; to be called at the top of a test file. They are removed after the test. */
export function temporaryDirectories(): () => string {
  const made: string[] = [];
  afterEach(() => {
    for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
  });
  return () => {
    const path = make();
    made.push(path);
    return path;
  };
}

/** Runs `work` with a new directory on a real disk, which is removed afterwards. */
export async function withTemporaryDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = make();
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
