import { describe, expect, it } from '@jest/globals';

import { describeBacklog } from '../../services/checkout/describe-backlog.js';

const mebibyte = 1024 ** 2;
const status = { bytesMax: 100 * mebibyte, resumeBytes: 75 * mebibyte, drainedBytes: 0 };

describe('what a person is told of the backlog', () => {
  it('says what to look at, what happens meanwhile, and when it is over', () => {
    expect(describeBacklog({ ...status, bytes: 100 * mebibyte, refusing: true })).toMatch(
      /^destinations have 100\.0 MiB to confirm, .*BACKLOG_BYTES_MAX.*GET \/status.* until it is 75\.0 MiB, .*by itself$/,
    );
    expect(describeBacklog({ ...status, bytes: 74.5 * mebibyte, refusing: false })).toBe(
      'the backlog has come down to 74.5 MiB: purchases are accepted',
    );
  });
});
