/*
 * The header: the first 64 bytes of a segment. All integers are little-endian.
 *
 *    0    8  magic: 89 57 41 4C 0D 0A 1A 0A ("\x89WAL\r\n\x1a\n"; damaged by any transfer that touches line ends)
 *    8    4  format version: 1
 *   12    4  length of the header: 64
 *   16   16  identity of the log, random
 *   32    8  first sequence: of the first entry that this segment holds or will hold
 *   40    8  length of the predecessor in bytes; 0 if this is the log's first segment
 *   48    8  time of creation, milliseconds since the epoch
 *   56    4  CRC of the predecessor's last frame, or of its header if it holds no frame; 0 if this is the log's first
 *   60    4  CRC-32 (IEEE 802.3) of bytes 0 to 59
 */
import { crc32 } from 'node:zlib';

import { LogCorruptError, LogUnusableError } from './errors.js';
import type { LogIdentity, Sequence } from './types.js';

export const segmentHeaderBytes = 64;
const formatVersion = 1;
const magic = Buffer.from('\x89WAL\r\n\x1a\n', 'latin1');

export interface SegmentHeader {
  readonly identity: LogIdentity;
  readonly firstSequence: Sequence;
  readonly predecessorBytes: number;
  readonly predecessorCrc: number;
  readonly createdAt: number;
}

export function encodeSegmentHeader(header: SegmentHeader): { bytes: Buffer; crc: number } {
  const bytes = Buffer.alloc(segmentHeaderBytes);
  magic.copy(bytes, 0);
  bytes.writeUInt32LE(formatVersion, 8);
  bytes.writeUInt32LE(segmentHeaderBytes, 12);
  bytes.write(header.identity, 16, 'hex');
  bytes.writeBigUInt64LE(BigInt(header.firstSequence), 32);
  bytes.writeBigUInt64LE(BigInt(header.predecessorBytes), 40);
  bytes.writeBigUInt64LE(BigInt(header.createdAt), 48);
  bytes.writeUInt32LE(header.predecessorCrc, 56);
  const crc = crc32(bytes.subarray(0, 60));
  bytes.writeUInt32LE(crc, 60);
  return { bytes, crc };
}

/**
 * The header in the first bytes of a file. The CRC is checked before anything else is believed, except the magic and the
 * version: a later format may have another header.
 *
 * @throws LogUnusableError for another format, LogCorruptError for a damaged header
 */
export function decodeSegmentHeader(bytes: Buffer, file: string): SegmentHeader & { crc: number } {
  if (bytes.length < segmentHeaderBytes) throw new LogCorruptError(file, bytes.length, 'the header is cut off');
  if (!bytes.subarray(0, 8).equals(magic)) throw new LogCorruptError(file, 0, 'this is not a segment of a log');
  const version = bytes.readUInt32LE(8);
  const crc = bytes.readUInt32LE(60);
  const intact = crc32(bytes.subarray(0, 60)) === crc;
  // There never was a version 0: zeros are damage.
  const isOther = version !== formatVersion && version > 0 && (intact || version < 256);
  if (isOther && !isVersionDamaged(bytes, crc)) {
    throw new LogUnusableError(
      'unknown-version',
      `${file} has format version ${version}; this build reads version ${formatVersion}. Run the build that wrote it`,
    );
  }
  if (!intact) throw new LogCorruptError(file, 0, 'the CRC of the header does not match');
  return {
    identity: bytes.toString('hex', 16, 32) as LogIdentity,
    firstSequence: Number(bytes.readBigUInt64LE(32)) as Sequence,
    predecessorBytes: Number(bytes.readBigUInt64LE(40)),
    createdAt: Number(bytes.readBigUInt64LE(48)),
    predecessorCrc: bytes.readUInt32LE(56),
    crc,
  };
}

/** Whether this is a header of this format in all but its version. */
function isVersionDamaged(bytes: Buffer, crc: number): boolean {
  const repaired = Buffer.from(bytes.subarray(0, 60));
  repaired.writeUInt32LE(formatVersion, 8);
  return crc32(repaired) === crc;
}
