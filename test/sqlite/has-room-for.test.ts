import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { hasRoomFor } from '../../shared/sqlite/index.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

describe('trying whether there is room', () => {
  const newDirectory = temporaryDirectories();

  it('finds room, and leaves nothing behind, not even what a crash has left: it would eat the disk it looks at', async () => {
    const directory = newDirectory();
    writeFileSync(join(directory, 'space.probe'), 'x'.repeat(10_000));
    expect(await hasRoomFor(directory, 100)).toBe(true);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('does not take a directory that is not there for a full disk: a service would wait for space that it has', async () => {
    await expect(hasRoomFor(join(newDirectory(), 'missing'), 1)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
