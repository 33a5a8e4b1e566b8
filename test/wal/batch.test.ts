import { describe, expect, it } from '@jest/globals';

import { Batch } from '../../shared/wal/batch.js';
import { frameBytes, framePayload, frameSeed, payloadBytesMax, readFrame } from '../../shared/wal/frame.js';
import type { LogIdentity, Sequence } from '../../shared/wal/types.js';

const seed = frameSeed('00112233445566778899aabbccddeeff' as LogIdentity);

function batchFrom(first: number, bytesMax = 1000, buffer?: Buffer): Batch {
  return new Batch(first as Sequence, { seed, bytesMax, buffer });
}

/** Adds entries nobody waits for. */
function add(batch: Batch, ...payloads: (string | Buffer)[]): void {
  for (const payload of payloads) batch.add(Buffer.from(payload)).catch(() => undefined);
}

function framesIn(bytes: Buffer): { sequence: number; index: number; last: boolean; text: string; crc: number }[] {
  const frames = [];
  for (let offset = 0; offset < bytes.length;) {
    const frame = readFrame(bytes, offset, bytes.length, seed);
    if (frame.status !== 'valid') throw new Error(`no frame at byte ${offset}: ${frame.status}`);
    const { sequence, index, last, crc, payloadBytes } = frame;
    frames.push({ sequence, index, last, crc, text: framePayload(bytes, offset, payloadBytes).toString() });
    offset += frame.bytes;
  }
  return frames;
}

describe('a batch', () => {
  it('its end would not be known from a torn one', () => {
    for (let entries = 1; entries <= 20; entries += 1) {
      const batch = batchFrom(5);
      const payloads = Array.from({ length: entries }, (_, n) => `entry ${n}`);
      add(batch, ...payloads);
      const { bytes, lastCrc } = batch.seal();
      const frames = framesIn(bytes);
      expect(frames.map(({ text }) => text)).toEqual(payloads);
      expect(frames.map(({ sequence }) => sequence)).toEqual(payloads.map((_, n) => 5 + n));
      expect(frames.map(({ index }) => index)).toEqual(payloads.map((_, n) => n));
      expect(frames.map(({ last }) => last)).toEqual(payloads.map((_, n) => n === entries - 1));
      expect(lastCrc).toBe(frames.at(-1)?.crc);
      expect(batch).toMatchObject({ entries, firstSequence: 5, lastSequence: 4 + entries, bytes: bytes.length });
    }
  });

  it('a large entry could never be taken, or a batch would grow beyond what one write carries', () => {
    const batch = batchFrom(1, 100);
    expect(batch.fits(payloadBytesMax)).toBe(true);
    add(batch, 'x'.repeat(40));
    expect(batch.bytes).toBe(64);
    expect(batch.fits(8)).toBe(true);
    expect(batch.fits(9)).toBe(false);
    add(batch, 'x'.repeat(8));
    expect(batch.fits(1)).toBe(false);
  });

  it('entries before a large one would be lost when the buffer grows', () => {
    const batch = batchFrom(1, 4 * payloadBytesMax);
    const payloads = ['small', 'y'.repeat(100_000), 'small again', 'z'.repeat(payloadBytesMax), 'last'];
    add(batch, ...payloads);
    expect(framesIn(batch.seal().bytes).map(({ text }) => text)).toEqual(payloads);
  });

  it('bytes of an earlier batch would show in a later one', () => {
    const earlier = batchFrom(1);
    add(earlier, 'x'.repeat(200), 'y'.repeat(300));
    earlier.seal();
    const later = batchFrom(3, 1000, earlier.takeBuffer());
    add(later, 'a', 'bc');
    const { bytes } = later.seal();
    expect(bytes).toHaveLength(2 * frameBytes(1));
    expect(framesIn(bytes).map(({ text }) => text)).toEqual(['a', 'bc']);
    expect(bytes.includes('x') || bytes.includes('y')).toBe(false);
  });

  it('customers would be told the sequence of another', async () => {
    const batch = batchFrom(10);
    const told = ['a', 'b', 'c'].map((payload) => batch.add(Buffer.from(payload)));
    batch.seal();
    batch.resolve();
    expect(await Promise.all(told)).toEqual([10, 11, 12]);
  });

  it('customers would wait for ever for a batch that failed', async () => {
    const batch = batchFrom(10);
    const reason = new Error('the disk is full');
    const told = Promise.allSettled(['a', 'b'].map((payload) => batch.add(Buffer.from(payload))));
    batch.reject(reason);
    expect(await told).toEqual([
      { status: 'rejected', reason },
      { status: 'rejected', reason },
    ]);
  });
});
