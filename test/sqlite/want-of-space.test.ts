import { describe, expect, it } from '@jest/globals';

import { isWantOfSpace, isWantOfSpaceOn } from '../../shared/sqlite/index.js';

const failure = (code: string, cause?: unknown) => Object.assign(new Error(code), { code, cause });
const neverAsked = () => Promise.reject(new Error('the disk was asked'));

describe('a want of space', () => {
  it.each(['ENOSPC', 'EDQUOT', 'SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE'])(
    'is told from %s, also where that was the cause: a full disk would be taken for a broken one',
    async (code) => {
      expect(isWantOfSpace(failure(code))).toBe(true);
      expect(isWantOfSpace(failure('unusable', failure('not-accessible', failure(code))))).toBe(true);
      expect(await isWantOfSpaceOn(failure(code), neverAsked)).toBe(true);
    },
  );

  it.each(['EIO', 'EROFS', 'SQLITE_CORRUPT', 'SQLITE_BUSY'])(
    'is not told from %s: a service would wait for ever for what does not pass',
    async (code) => {
      expect(isWantOfSpace(failure(code))).toBe(false);
      expect(await isWantOfSpaceOn(failure(code), neverAsked)).toBe(false);
    },
  );

  it.each(['SQLITE_CANTOPEN', 'SQLITE_IOERR_WRITE'])('is told from %s only if there is no room', async (code) => {
    expect(isWantOfSpace(failure(code))).toBe(false);
    expect(await isWantOfSpaceOn(failure(code), () => Promise.resolve(false))).toBe(true);
    expect(await isWantOfSpaceOn(failure(code), () => Promise.resolve(true))).toBe(false);
    expect(await isWantOfSpaceOn(failure(code), () => Promise.reject(failure('EROFS')))).toBe(false);
  });

  it('is told from what is no error at all', () => {
    for (const thrown of [undefined, null, 'ENOSPC', 1]) expect(isWantOfSpace(thrown)).toBe(false);
  });
});
