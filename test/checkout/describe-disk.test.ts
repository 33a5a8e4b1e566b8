import { describe, expect, it } from '@jest/globals';

import { describeDisk } from '../../services/checkout/describe-disk.js';
import type { DiskStatus } from '../../shared/journal/index.js';

const status = (state: DiskStatus['state']): DiskStatus => ({
  state,
  refusing: state !== 'room',
  availableBytes: 1.5 * 1024 ** 2,
  reserveBytes: 64 * 1024 ** 2,
  resumeBytes: 80 * 1024 ** 2,
  totalBytes: 1024 ** 3,
});

describe('what a person is told of the disk', () => {
  it.each<[DiskStatus['state'], RegExp]>([
    ['full', /^the disk that holds DATA_DIR \(\/data\) is full: free some space; .*goes on by itself$/],
    ['reserve', /\/data\) has 1\.5 MiB left, and 64\.0 MiB are kept free \(DISK_RESERVE_BYTES\).*goes on by itself$/],
    ['room', /\/data\) has space again, 1\.5 MiB: purchases are accepted$/],
  ])('says where it is, what to do and what happens meanwhile (%s)', (state, words) => {
    expect(describeDisk(status(state), '/data')).toMatch(words);
  });
});
