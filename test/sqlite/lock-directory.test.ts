import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { describe, expect, it } from '@jest/globals';

import { DatabaseUnusableError, DirectoryLockedError, lockDirectory } from '../../shared/sqlite/index.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

describe('the lock on a directory', () => {
  const directory = temporaryDirectories();

  it('keeps others out and names the directory, or two processes would write the same books', () => {
    const path = directory();
    const lock = lockDirectory(path);
    expect(() => lockDirectory(path)).toThrow(DirectoryLockedError);
    expect(() => lockDirectory(path)).toThrow(path);
    lock.release();
  });

  it('lets others in once it is released, twice or not', () => {
    const path = directory();
    const lock = lockDirectory(path);
    lock.release();
    lock.release();
    lockDirectory(path).release();
  });

  it('says what to do about a file in its place that is none, or a supervisor would start the service for ever', () => {
    const damaged = directory();
    writeFileSync(join(damaged, 'lock.sqlite'), 'no database '.repeat(100));
    const taken = directory();
    mkdirSync(join(taken, 'lock.sqlite'));
    for (const path of [damaged, taken]) {
      expect(() => lockDirectory(path)).toThrow(DatabaseUnusableError);
      expect(() => lockDirectory(path)).toThrow(`${path}/lock.sqlite cannot be locked: it holds nothing, so remove it`);
    }
  });

  it('goes with a process that is killed, or a person would have to remove it after every crash', async () => {
    const path = directory();
    const library = pathToFileURL(new URL('../../shared/sqlite/index.js', import.meta.url).pathname).href;
    const script = `
      const { lockDirectory } = await import(${JSON.stringify(library)});
      lockDirectory(${JSON.stringify(path)});
      console.log('locked');
      setInterval(() => {}, 1000);
    `;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    expect(() => lockDirectory(path)).toThrow(DirectoryLockedError);
    child.kill('SIGKILL');
    await once(child, 'exit');
    lockDirectory(path).release();
  });
});
