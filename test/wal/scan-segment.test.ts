import { describe, expect, it } from '@jest/globals';

import {
  frameBytes,
  frameBytesMax,
  frameSeed,
  payloadBytesMax,
  sealFrame,
  writeFrame,
} from '../../shared/wal/frame.js';
import { endsWithEntry, findLaterBatch, findZeroTail, scanSegment } from '../../shared/wal/scan-segment.js';
import { encodeSegmentHeader } from '../../shared/wal/segment-header.js';
import type { LogFile, LogIdentity, Sequence } from '../../shared/wal/types.js';

const identity = '00112233445566778899aabbccddeeff' as LogIdentity;
const seed = frameSeed(identity);
const header = { identity, firstSequence: 11 as Sequence, predecessorBytes: 64, predecessorCrc: 1, createdAt: 0 };
const { bytes: headerBytes, crc: headerCrc } = encodeSegmentHeader(header);
const scanned = { ...header, crc: headerCrc };

interface FrameGiven {
  readonly sequence: number;
  readonly index?: number;
  readonly last?: boolean;
  readonly payload?: string;
}

function frameOf({ sequence, index = 0, last = true, payload = 'payload' }: FrameGiven): Buffer {
  const frame = Buffer.alloc(frameBytes(payload.length));
  const bytes = writeFrame(frame, 0, sequence as Sequence, index, Buffer.from(payload));
  sealFrame(frame, 0, bytes, seed, last);
  return frame;
}

/** A file that gives at most so many bytes at a time, and counts the most that was asked for. */
function fileOf(bytes: Buffer, atMost = Infinity): LogFile {
  return {
    read: (buffer, position) =>
      Promise.resolve(bytes.copy(buffer, 0, position, Math.min(bytes.length, position + atMost))),
  } as LogFile;
}

function scan(...frames: Buffer[]) {
  const bytes = Buffer.concat([headerBytes, ...frames]);
  return scanSegment(fileOf(bytes), scanned, bytes.length, seed);
}

const size = frameBytes(7);

describe('scanning a segment', () => {
  it('a segment without entries would seem damaged', async () => {
    expect(await scan()).toEqual({
      end: 64,
      lastBatch: undefined,
      lastSequence: 10,
      lastCrc: headerCrc,
      fault: undefined,
    });
  });

  it('the end of the log would be found in the wrong place', async () => {
    const last = frameOf({ sequence: 13, index: 1 });
    const frames = [frameOf({ sequence: 11 }), frameOf({ sequence: 12, last: false }), last];
    expect(await scan(...frames)).toEqual({
      end: 64 + 3 * size,
      lastBatch: { offset: 64 + size, firstSequence: 12, crcBefore: frames[0]!.readUInt32LE(0) },
      lastSequence: 13,
      lastCrc: last.readUInt32LE(0),
      fault: undefined,
    });
  });

  it('the first part of a batch would be taken for the whole', async () => {
    const part = frameOf({ sequence: 12, last: false });
    expect(await scan(frameOf({ sequence: 11 }), part)).toMatchObject({
      end: 64 + size,
      lastSequence: 11,
      fault: { offset: 64 + 2 * size, reason: 'the file ends within a batch' },
    });
  });

  it('a batch that nothing can have written would be taken into memory whole', async () => {
    const payload = 'x'.repeat(600_000);
    const frames = [frameOf({ sequence: 11, last: false, payload }), frameOf({ sequence: 12, index: 1, payload })];
    expect(await scan(...frames)).toMatchObject({
      end: 64,
      fault: { offset: 64 + frameBytes(600_000), reason: 'the batch is larger than any batch is written' },
    });
  });

  it('an entry out of its place would be taken for another customer’s', async () => {
    const first = frameOf({ sequence: 11 });
    const wrong: [FrameGiven, string][] = [
      [{ sequence: 13 }, 'there is entry 13 in place of entry 12'],
      [{ sequence: 11 }, 'there is entry 11 in place of entry 12'],
      [{ sequence: 12, index: 1 }, 'entry 12 is number 1 of its batch, not 0'],
    ];
    for (const [given, reason] of wrong) {
      expect(await scan(first, frameOf(given))).toMatchObject({
        lastSequence: 11,
        fault: { offset: 64 + size, reason },
      });
    }
  });

  it('entries astride of what is in memory would be lost, or memory would grow with the segment (W11)', async () => {
    const payloads = Array.from({ length: 12 }, (_, n) => 'x'.repeat(n % 3 === 0 ? 1024 * 1024 - n : 100_000 + n));
    const frames = payloads.map((payload, n) => frameOf({ sequence: 11 + n, payload }));
    const bytes = Buffer.concat([headerBytes, ...frames]);
    for (const atMost of [Infinity, 300_001]) {
      let largest = 0;
      const file = fileOf(bytes, atMost);
      const watched = {
        read: (buffer: Buffer, position: number) => {
          largest = Math.max(largest, buffer.length);
          return file.read(buffer, position);
        },
      } as LogFile;
      expect(await scanSegment(watched, scanned, bytes.length, seed)).toMatchObject({
        end: bytes.length,
        lastSequence: 22,
      });
      expect(largest).toBeLessThanOrEqual(2 * frameBytesMax);
    }
  });
});

describe('looking for a later batch', () => {
  function find(bytes: Buffer, from = 0, atMost = Infinity): Promise<number | undefined> {
    const range = { from, to: bytes.length, size: bytes.length };
    return findLaterBatch(fileOf(bytes, atMost), range, 12 as Sequence, seed);
  }

  it('proof that damaged bytes were durable would be overlooked, wherever it lies', async () => {
    for (let gap = 32; gap <= 512; gap += 8) {
      for (const fill of [0, 0xff]) {
        const bytes = Buffer.concat([Buffer.alloc(gap, fill), frameOf({ sequence: 13 })]);
        expect(await find(bytes)).toBe(gap);
        expect(await find(bytes, 8)).toBe(gap);
        expect(await find(bytes, 0, 7)).toBe(gap);
      }
    }
  });

  it('a part of the torn batch would be taken for proof, and keep the shop closed', async () => {
    const sameBatch = [frameOf({ sequence: 13, index: 1 }), frameOf({ sequence: 15, index: 3, last: false })];
    expect(await find(Buffer.concat([Buffer.alloc(64), ...sameBatch]))).toBeUndefined();
    expect(await find(Buffer.concat([Buffer.alloc(64), frameOf({ sequence: 12 })]))).toBeUndefined();
  });

  it('the largest entry there may be would not count', async () => {
    const largest = frameOf({ sequence: 13, payload: 'x'.repeat(payloadBytesMax) });
    expect(await find(Buffer.concat([Buffer.alloc(32), largest]))).toBe(32);
  });

  it('a frame in the middle of a later batch would not count', async () => {
    const bytes = Buffer.concat([Buffer.alloc(64), frameOf({ sequence: 15, index: 1, last: false })]);
    expect(await find(bytes)).toBe(64);
  });

  it('bytes that look like a frame and are none would keep the shop closed', async () => {
    const frame = frameOf({ sequence: 13 });
    for (let cut = 1; cut < frame.length; cut += 1) {
      expect(await find(Buffer.concat([Buffer.alloc(64), frame.subarray(0, frame.length - cut)]))).toBeUndefined();
    }
    frame.writeUInt8(frame.readUInt8(30) ^ 1, 30);
    expect(await find(Buffer.concat([Buffer.alloc(64), frame]))).toBeUndefined();
    expect(await find(Buffer.concat([Buffer.alloc(64), frameOf({ sequence: 1_000_000 })]))).toBeUndefined();
  });

  it('bytes made to be slow to look at would hold up a start', async () => {
    // Every eighth byte begins something that claims to be a long frame of the next batch but one.
    const bytes = Buffer.alloc(256 * 1024);
    for (let at = 0; at + 24 <= bytes.length; at += 24) {
      bytes.writeUInt32LE(100_000, at + 4);
      bytes.writeUInt32LE(13, at + 8);
    }
    expect(await find(bytes)).toBeUndefined();
  });
});

describe('the end of a sealed segment', () => {
  const last = frameOf({ sequence: 13, index: 1 });
  const whole = Buffer.concat([headerBytes, frameOf({ sequence: 11 }), frameOf({ sequence: 12, last: false }), last]);
  const entry = { sequence: 13 as Sequence, crc: last.readUInt32LE(0) };
  const ends = (bytes: Buffer, wanted = entry) => endsWithEntry(fileOf(bytes), bytes.length, wanted, seed);

  it('a segment that is whole would be refused', async () => {
    expect(await ends(whole)).toBe(true);
    for (const bytes of [4000, 4096 - 24, 5000, 1024 * 1024]) {
      const long = frameOf({ sequence: 20, payload: 'x'.repeat(bytes) });
      const segment = Buffer.concat([headerBytes, frameOf({ sequence: 11 }), long]);
      expect(await ends(segment, { sequence: 20 as Sequence, crc: long.readUInt32LE(0) })).toBe(true);
    }
  });

  it('a segment that is cut, longer, damaged or another would be believed', async () => {
    expect(await ends(whole.subarray(0, -size))).toBe(false);
    expect(await ends(Buffer.concat([whole, Buffer.alloc(8)]))).toBe(false);
    expect(await ends(headerBytes)).toBe(false);
    expect(await ends(Buffer.alloc(0))).toBe(false);
    expect(await ends(whole, { ...entry, sequence: 14 as Sequence })).toBe(false);
    expect(await ends(whole, { ...entry, crc: entry.crc ^ 1 })).toBe(false);
    const damaged = Buffer.from(whole);
    damaged.writeUInt8(damaged.readUInt8(whole.length - 10) ^ 1, whole.length - 10);
    expect(await ends(damaged)).toBe(false);
  });
});

describe('zeros to the end', () => {
  it('something that is not zero would be cut off without a copy', async () => {
    const bytes = Buffer.alloc(2 * frameBytesMax + 100);
    expect(await findZeroTail(fileOf(bytes, 1_000_000), 10, bytes.length)).toBe(10);
    for (const at of [10, 11, frameBytesMax, bytes.length - 1]) {
      bytes[at] = 1;
      expect(await findZeroTail(fileOf(bytes), 10, bytes.length)).toBe(at + 1);
      bytes[at] = 0;
    }
    bytes[9] = 1;
    expect(await findZeroTail(fileOf(bytes), 10, bytes.length)).toBe(10);
    expect(await findZeroTail(fileOf(bytes), bytes.length, bytes.length)).toBe(bytes.length);
  });
});
