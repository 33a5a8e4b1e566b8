import { describe, expect, it } from '@jest/globals';

import { openWhenThereIsSpace } from '../../shared/sqlite/index.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

const failure = (code: string) => Object.assign(new Error(code), { code });

describe('opening on a full disk', () => {
  const newDirectory = temporaryDirectories();

  /** Fails with these, one after the other, then opens. */
  function opening(...failures: Error[]) {
    const waits: unknown[] = [];
    let pauses = 0;
    const opened = openWhenThereIsSpace(
      () => {
        const next = failures.shift();
        if (next) throw next;
        return 'open';
      },
      {
        directory: newDirectory(),
        onWaiting: (error) => waits.push(error),
        pause: () => {
          pauses += 1;
          return Promise.resolve();
        },
      },
    );
    return { opened, waits, pauses: () => pauses };
  }

  it('is tried until there is space, and said once: a person would have to start the service', async () => {
    const first = failure('SQLITE_FULL');
    const { opened, waits, pauses } = opening(first, failure('ENOSPC'), failure('SQLITE_IOERR_SHMSIZE'));
    expect(await opened).toBe('open');
    expect(waits).toEqual([first]);
    expect(pauses()).toBe(3);
  });

  it.each(['EACCES', 'SQLITE_CORRUPT', 'SQLITE_CANTOPEN'])(
    'is not tried again for %s while there is room: nobody would hear of it',
    async (code) => {
      const { opened, waits } = opening(failure('ENOSPC'), failure(code));
      await expect(opened).rejects.toMatchObject({ code });
      expect(waits).toHaveLength(1);
    },
  );

  it('says nothing where there is space', async () => {
    const { opened, waits, pauses } = opening();
    expect(await opened).toBe('open');
    expect([waits.length, pauses()]).toEqual([0, 0]);
  });
});
