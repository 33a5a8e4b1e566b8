import { describe, expect, it } from '@jest/globals';

import { WalError } from '../../shared/wal/errors.js';
import {
  batchBytesLimit,
  frameBytes,
  frameBytesMax,
  frameHeaderBytes,
  framePayload,
  frameSeed,
  payloadBytesMax,
  payloadSizeError,
  readFrame,
  sealFrame,
  writeFrame,
} from '../../shared/wal/frame.js';
import type { LogIdentity, Sequence } from '../../shared/wal/types.js';

const seed = frameSeed('00112233445566778899aabbccddeeff' as LogIdentity);

function frameOf(payload: Buffer, given: { sequence?: number; index?: number; last?: boolean } = {}): Buffer {
  const { sequence = 1, index = 0, last = true } = given;
  // What was in the buffer before must not show.
  const buffer = Buffer.alloc(frameBytes(payload.length), 0xee);
  const bytes = writeFrame(buffer, 0, sequence as Sequence, index, payload);
  expect(bytes).toBe(buffer.length);
  sealFrame(buffer, 0, bytes, seed, last);
  return buffer;
}

function read(buffer: Buffer, end = buffer.length) {
  return readFrame(buffer, 0, end, seed);
}

describe('the frame of an entry (W3)', () => {
  it('logs written before a change of the code could not be read after it', () => {
    // Format version 1 as it is on the disks of those who use it.
    expect(frameOf(Buffer.from('hello'), { sequence: 0x0102030405, index: 3 }).toString('hex')).toBe(
      [
        'e6b79df0', // CRC
        '05000000', // length
        '0504030201000000', // sequence
        '03000000', // index
        '01000000', // flags: last of its batch
        '68656c6c6f', // payload
        '000000', // zeros
      ].join(''),
    );
    expect(frameOf(Buffer.from('12345678'), { sequence: 1, last: false }).toString('hex')).toBe(
      'ff694ffc' + '08000000' + '0100000000000000' + '00000000' + '00000000' + '3132333435363738',
    );
  });

  it('an entry would not come back as it was', () => {
    for (const bytes of [1, 2, 7, 8, 9, 100, payloadBytesMax - 1, payloadBytesMax]) {
      for (const last of [true, false]) {
        const payload = Buffer.alloc(bytes, `payload of ${bytes}`);
        const frame = frameOf(payload, { sequence: 2 ** 40 + bytes, index: 17, last });
        expect(read(frame)).toEqual({
          status: 'valid',
          sequence: 2 ** 40 + bytes,
          index: 17,
          last,
          crc: frame.readUInt32LE(0),
          payloadBytes: bytes,
          bytes: frame.length,
        });
        expect(framePayload(frame, 0, bytes).equals(payload)).toBe(true);
      }
    }
  });

  it('the largest sequence would come back as another', () => {
    const frame = frameOf(Buffer.from('x'), { sequence: Number.MAX_SAFE_INTEGER, index: 0xffffffff });
    expect(read(frame)).toMatchObject({ sequence: Number.MAX_SAFE_INTEGER, index: 0xffffffff });
  });

  it('frames would not begin where a search for them looks', () => {
    for (let bytes = 1; bytes < 100; bytes += 1) {
      expect(frameBytes(bytes) % 8).toBe(0);
      expect(frameBytes(bytes) - bytes - frameHeaderBytes).toBeLessThan(8);
    }
    expect(frameBytes(payloadBytesMax)).toBe(frameBytesMax);
    expect(batchBytesLimit).toBe(1024 * 1024 + 24);
  });

  it('a flipped bit, in the zeros behind the payload as well, would go unnoticed', () => {
    const frame = frameOf(Buffer.from('a purchase'), { sequence: 77, index: 1 });
    for (let bit = 0; bit < frame.length * 8; bit += 1) {
      const damaged = Buffer.from(frame);
      damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(read(damaged).status).not.toBe('valid');
    }
  });

  it('a frame that is cut off would be read beyond its end', () => {
    const frame = frameOf(Buffer.from('a purchase'));
    for (let end = 0; end < frame.length; end += 1) {
      expect(read(frame, end)).toEqual({ status: 'short', bytes: end < frameHeaderBytes ? 24 : frame.length });
    }
  });

  it('an absurd length would exhaust the memory, and zeros would be an entry', () => {
    for (const length of [0, payloadBytesMax + 1, 0x7fffffff, 0xffffffff]) {
      const frame = frameOf(Buffer.from('a purchase'));
      frame.writeUInt32LE(length, 4);
      expect(read(frame)).toEqual({ status: 'invalid', reason: `the length of the frame is ${length}` });
    }
    expect(read(Buffer.alloc(64)).status).toBe('invalid');
  });

  it('an entry of another log would be read as one of this', () => {
    const frame = frameOf(Buffer.from('a purchase'));
    for (let bit = 0; bit < 128; bit += 1) {
      const other = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
      other.writeUInt8(other.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const otherSeed = frameSeed(other.toString('hex') as LogIdentity);
      expect(readFrame(frame, 0, frame.length, otherSeed).status).toBe('invalid');
    }
  });

  it('a meaning that a later format gives to a flag would be overlooked', () => {
    const frame = frameOf(Buffer.from('a purchase'));
    for (const flags of [2, 3, 0x80000000]) {
      frame.writeUInt32LE(flags, 20);
      sealFrame(frame, 0, frame.length, seed, false);
      expect(read(frame)).toEqual({ status: 'invalid', reason: `the frame has unknown flags ${flags}` });
    }
  });

  it('a frame in the middle of a buffer would be mixed up with its neighbours', () => {
    const frames = ['one', 'the second', 'three'].map((text, index) =>
      frameOf(Buffer.from(text), { sequence: 5 + index, index }),
    );
    const buffer = Buffer.concat(frames);
    let offset = 0;
    for (const [index, frame] of frames.entries()) {
      expect(readFrame(buffer, offset, buffer.length, seed)).toMatchObject({
        status: 'valid',
        sequence: 5 + index,
        index,
      });
      offset += frame.length;
    }
  });

  it('an empty entry, or one that no reader takes, would be accepted', () => {
    expect(payloadSizeError(1)).toBeUndefined();
    expect(payloadSizeError(payloadBytesMax)).toBeUndefined();
    for (const bytes of [0, payloadBytesMax + 1]) {
      expect(payloadSizeError(bytes)).toBeInstanceOf(WalError);
      expect(payloadSizeError(bytes)?.code).toBe('payload-size');
    }
  });
});
