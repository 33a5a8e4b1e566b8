import { describe, expect, it, jest } from '@jest/globals';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import { LogLockedError } from '../../shared/wal/errors.js';
import { nodeFiles } from '../../shared/wal/node-files.js';
import { withTemporaryDirectory } from '../support/temporary-directory.js';

describe('files on a real disk (W12)', () => {
  it('bytes would not come back as they were written', async () => {
    await withTemporaryDirectory(async (directory) => {
      const path = join(directory, 'file');
      const file = await nodeFiles.open(path, 'create');
      expect(await file.write(Buffer.from('0123456789'), 0)).toBe(10);
      expect(await file.write(Buffer.from('xy'), 4)).toBe(2);
      await file.datasync();
      const buffer = Buffer.alloc(20);
      expect(await file.read(buffer, 2)).toBe(8);
      expect(buffer.toString('latin1', 0, 8)).toBe('23xy6789');
      expect(await file.read(buffer, 10)).toBe(0);
      expect(await file.size()).toBe(10);
      await file.truncate(3);
      expect(await file.size()).toBe(3);
      await file.close();
      expect(readFileSync(path, 'latin1')).toBe('012');
    });
  });

  it('a sync would be a call that does nothing', async () => {
    await withTemporaryDirectory(async (directory) => {
      const probe = await open(directory);
      const handles = Object.getPrototypeOf(probe) as FileHandle;
      await probe.close();
      const datasync = jest.spyOn(handles, 'datasync');
      const sync = jest.spyOn(handles, 'sync');
      try {
        const file = await nodeFiles.open(join(directory, 'file'), 'create');
        await file.datasync();
        expect([datasync.mock.calls.length, sync.mock.calls.length]).toEqual([1, 0]);
        await file.close();
        await nodeFiles.syncDirectory(directory);
        expect([datasync.mock.calls.length, sync.mock.calls.length]).toEqual([1, 1]);
        // The directories that lead to the new ones, up to the mount point.
        await nodeFiles.makeDirectory(join(directory, 'a', 'b'));
        expect(sync.mock.calls.length).toBeGreaterThanOrEqual(3);
      } finally {
        datasync.mockRestore();
        sync.mockRestore();
      }
    });
  });

  it('customer data would be readable by every user of the machine', async () => {
    await withTemporaryDirectory(async (directory) => {
      const path = join(directory, 'file');
      await (await nodeFiles.open(path, 'create')).close();
      expect(statSync(path).mode & 0o077).toBe(0);
    });
  });

  it('opening a log to append would empty it, or make one where there was none', async () => {
    await withTemporaryDirectory(async (directory) => {
      const path = join(directory, 'file');
      for (const mode of ['read', 'write'] as const) {
        await expect(nodeFiles.open(path, mode)).rejects.toMatchObject({ code: 'ENOENT' });
      }
      writeFileSync(path, 'what was there');
      for (const mode of ['read', 'write'] as const) await (await nodeFiles.open(path, mode)).close();
      expect(readFileSync(path, 'latin1')).toBe('what was there');
      await (await nodeFiles.open(path, 'create')).close();
      expect(readFileSync(path, 'latin1')).toBe('');
    });
  });

  it('a segment would keep its unfinished name, or stay after it was pruned', async () => {
    await withTemporaryDirectory(async (directory) => {
      const [from, to] = [join(directory, 'from'), join(directory, 'to')];
      writeFileSync(from, '');
      await nodeFiles.rename(from, to);
      expect(await nodeFiles.list(directory)).toEqual(['to']);
      await nodeFiles.syncDirectory(directory);
      await nodeFiles.unlink(to);
      expect(await nodeFiles.list(directory)).toEqual([]);
      await expect(nodeFiles.unlink(to)).rejects.toMatchObject({ code: 'ENOENT' });
    });
  });

  it('a folder given with a slash too many, or made before, could not be used', async () => {
    await withTemporaryDirectory(async (directory) => {
      for (const path of ['a/b/c', 'd//e/', './f/../g/h', 'a/b/c']) {
        await nodeFiles.makeDirectory(`${directory}/${path}`);
        expect(existsSync(join(directory, path))).toBe(true);
      }
    });
  });

  it('a file in the place of the folder would be written over', async () => {
    await withTemporaryDirectory(async (directory) => {
      const path = join(directory, 'file');
      writeFileSync(path, 'mine');
      await expect(nodeFiles.makeDirectory(path)).rejects.toMatchObject({ code: 'EEXIST' });
      await expect(nodeFiles.syncDirectory(path)).rejects.toMatchObject({ code: 'ENOTDIR' });
      expect(readFileSync(path, 'latin1')).toBe('mine');
    });
  });
});

describe('the lock (W9)', () => {
  it('two writers in one process would write over each other', async () => {
    await withTemporaryDirectory((directory) => {
      const path = join(directory, 'lock');
      const lock = nodeFiles.lock(path);
      expect(() => nodeFiles.lock(path)).toThrow(LogLockedError);
      expect(() => nodeFiles.lock(path)).toThrow(`${directory} is in use by another process`);
      lock.release();
      return Promise.resolve();
    });
  });

  it('a log that was closed could not be opened again', async () => {
    await withTemporaryDirectory((directory) => {
      const path = join(directory, 'lock');
      for (let n = 0; n < 3; n += 1) {
        const lock = nodeFiles.lock(path);
        lock.release();
        lock.release();
      }
      expect(readFileSync(path)).toHaveLength(0);
      return Promise.resolve();
    });
  });

  it('a lock that cannot be had would be mistaken for one that somebody holds', async () => {
    await withTemporaryDirectory((directory) => {
      const path = join(directory, 'lock');
      mkdirSync(path);
      expect(() => nodeFiles.lock(path)).toThrow(expect.objectContaining({ code: 'SQLITE_CANTOPEN' }));
      writeFileSync(join(directory, 'other'), 'this is not a lock file');
      expect(() => nodeFiles.lock(join(directory, 'other'))).not.toThrow(LogLockedError);
      return Promise.resolve();
    });
  });
});
