import { describe, expect, it } from '@jest/globals';
import { crc32 } from 'node:zlib';

import { LogCorruptError, LogUnusableError } from '../../shared/wal/errors.js';
import { decodeSegmentHeader, encodeSegmentHeader, segmentHeaderBytes } from '../../shared/wal/segment-header.js';
import type { LogIdentity, Sequence } from '../../shared/wal/types.js';

const header = {
  identity: '00112233445566778899aabbccddeeff' as LogIdentity,
  firstSequence: 0x0102030405 as Sequence,
  predecessorBytes: 0x0a0b0c0d0e,
  predecessorCrc: 0xdeadbeef,
  createdAt: 1_700_000_000_000,
};

/** The same, byte by byte: format version 1 as it is on the disks of those who use it. */
const golden = [
  '8957414c0d0a1a0a', // magic
  '01000000', // version
  '40000000', // length of the header
  '00112233445566778899aabbccddeeff', // identity
  '0504030201000000', // first sequence
  '0e0d0c0b0a000000', // length of the predecessor
  '0068e5cf8b010000', // time of creation
  'efbeadde', // CRC of the predecessor
].join('');

const file = '/log/00000000000000000001.wal';

/** The header with one part overwritten, its CRC made to match again or not. */
function changed(at: number, hex: string, crc: 'matching' | 'left'): Buffer {
  const { bytes } = encodeSegmentHeader(header);
  bytes.write(hex, at, 'hex');
  if (crc === 'matching') bytes.writeUInt32LE(crc32(bytes.subarray(0, 60)), 60);
  return bytes;
}

function refusal(bytes: Buffer): LogUnusableError {
  try {
    decodeSegmentHeader(bytes, file);
  } catch (error) {
    if (error instanceof LogUnusableError) return error;
    throw error;
  }
  throw new Error('the header was accepted');
}

describe('the header of a segment (W4)', () => {
  it('logs written before a change of the code could not be read after it', () => {
    const { bytes, crc } = encodeSegmentHeader(header);
    expect(bytes).toHaveLength(segmentHeaderBytes);
    expect(bytes.toString('hex', 0, 60)).toBe(golden);
    expect(bytes.toString('hex', 60)).toBe('e2eda97f');
    expect(crc).toBe(bytes.readUInt32LE(60));
  });

  it('a log would not be known again', () => {
    const { bytes, crc } = encodeSegmentHeader(header);
    expect(decodeSegmentHeader(bytes, file)).toEqual({ ...header, crc });
  });

  it('the largest numbers would come back as others', () => {
    const largest = {
      ...header,
      firstSequence: Number.MAX_SAFE_INTEGER as Sequence,
      predecessorBytes: Number.MAX_SAFE_INTEGER,
      predecessorCrc: 0xffffffff,
    };
    expect(decodeSegmentHeader(encodeSegmentHeader(largest).bytes, file)).toMatchObject(largest);
  });

  it('a flipped bit would pass, or be taken for a newer format that somebody then looks for in vain', () => {
    for (let bit = 0; bit < segmentHeaderBytes * 8; bit += 1) {
      const { bytes } = encodeSegmentHeader(header);
      bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const error = refusal(bytes);
      expect(error).toBeInstanceOf(LogCorruptError);
      expect(error.message).toContain(file);
    }
  });

  it('a header that is cut off would pass', () => {
    const { bytes } = encodeSegmentHeader(header);
    for (let length = 0; length < segmentHeaderBytes; length += 1) {
      expect(refusal(bytes.subarray(0, length))).toMatchObject({ code: 'corrupt', file, offset: length });
    }
  });

  it('any other file would pass for a segment', () => {
    expect(refusal(Buffer.alloc(segmentHeaderBytes))).toMatchObject({ code: 'corrupt', offset: 0 });
    expect(refusal(Buffer.from('SQLite format 3\0'.repeat(4)))).toMatchObject({ code: 'corrupt', offset: 0 });
  });

  it('a log of a newer version would be called damaged, and be thrown away', () => {
    for (const version of ['02000000', 'ff000000', '00010000']) {
      const error = refusal(changed(8, version, 'matching'));
      expect(error).toMatchObject({ code: 'unknown-version' });
      expect(error).not.toBeInstanceOf(LogCorruptError);
    }
    expect(refusal(changed(8, '02000000', 'matching')).message).toMatch(/format version 2; this build reads version 1/);
  });

  it('garbage would pass for a log of a newer version', () => {
    expect(refusal(changed(8, 'ffffffffffff', 'left'))).toBeInstanceOf(LogCorruptError);
  });

  it('a newer version with another kind of header would be called damaged', () => {
    expect(refusal(changed(8, '02000000ffffffffffff', 'left'))).toMatchObject({ code: 'unknown-version' });
  });
});
