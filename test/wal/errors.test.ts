import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';

import {
  AppendOutcomeUnknownError,
  AppendRefusedError,
  errorCode,
  isNoSpace,
  LogCorruptError,
  LogLockedError,
  LogUnusableError,
  WalError,
} from '../../shared/wal/errors.js';

describe('what the log has to say', () => {
  it('a caller could not tell what to do about it', () => {
    const refused = new AppendRefusedError('disk-full', 'the disk is full');
    const unknown = new AppendOutcomeUnknownError('nobody knows');
    const corrupt = new LogCorruptError('/log/1.wal', 64, 'the CRC does not match');
    const locked = new LogLockedError('/log');
    for (const error of [refused, unknown, corrupt, locked]) expect(error).toBeInstanceOf(WalError);
    for (const error of [corrupt, locked]) expect(error).toBeInstanceOf(LogUnusableError);
    expect([refused, unknown, corrupt, locked].map(({ name, code }) => `${name} ${code}`)).toEqual([
      'AppendRefusedError disk-full',
      'AppendOutcomeUnknownError outcome-unknown',
      'LogCorruptError corrupt',
      'LogLockedError locked',
    ]);
  });

  it('whoever is called at night would not know which file, where and why', () => {
    const error = new LogCorruptError('/log/1.wal', 64, 'the CRC does not match');
    expect(error).toMatchObject({ file: '/log/1.wal', offset: 64 });
    expect(error.message).toBe(
      '/log/1.wal is damaged at byte 64: the CRC does not match. Nothing was changed; restore it from a copy',
    );
  });

  it('the first cause would be lost', () => {
    const cause = new Error('EIO');
    expect(new AppendOutcomeUnknownError('nobody knows', { cause }).cause).toBe(cause);
    expect(new LogLockedError('/log', { cause }).cause).toBe(cause);
  });

  it('a full disk would stop the shop, or a broken one pass for full', () => {
    for (const code of ['ENOSPC', 'EDQUOT']) expect(isNoSpace(Object.assign(new Error(code), { code }))).toBe(true);
    for (const code of ['EIO', 'EROFS', 'ENOENT', 28, undefined]) {
      expect(isNoSpace(Object.assign(new Error('other'), { code }))).toBe(false);
    }
    for (const other of [undefined, null, 'ENOSPC', 28, new Error('ENOSPC')]) expect(isNoSpace(other)).toBe(false);
  });

  it('an error of the operating system would not be known as one', async () => {
    const error: unknown = await readFile('/nowhere/at/all').catch((reason: unknown) => reason);
    expect(errorCode(error)).toBe('ENOENT');
  });
});
