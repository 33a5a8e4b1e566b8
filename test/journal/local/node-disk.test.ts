import { statfsSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { nodeDisk } from '../../../shared/journal/local/node-disk.js';
import { temporaryDirectories } from '../../support/temporary-directory.js';

describe('a real disk', () => {
  const newDirectory = temporaryDirectories();

  it('says what there is in bytes, whatever the size of its blocks: the reserve would be off by a thousand', async () => {
    const directory = newDirectory();
    const { blocks, bsize } = statfsSync(directory);
    const { availableBytes, totalBytes } = await nodeDisk(directory).space();
    expect(totalBytes).toBe(blocks * bsize);
    expect(availableBytes).toBeGreaterThan(0);
    expect(availableBytes).toBeLessThanOrEqual(totalBytes);
  });

  it('has room for a little, tried out', async () => {
    expect(await nodeDisk(newDirectory()).hasRoomFor(1000)).toBe(true);
  });

  it('rejects for a directory that is gone', async () => {
    await expect(nodeDisk(join(newDirectory(), 'gone')).space()).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
