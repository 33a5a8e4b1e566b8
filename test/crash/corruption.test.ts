/*
 * Damage of every kind to a log of several segments, with all of which customers were told. Either the log is refused, with file,
 * offset and reason, and the disk stays as it was; or the damage touched nothing that is known to be acknowledged.
 *
 * What that is depends on the database beside the log. Where it has caught up, it is everything. Where it knows nothing, the last
 * batch cannot be told from one that was in flight, nor a last segment that is missing from one that never was: that is the limit
 * of what one copy on one disk can know.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';

import { LogUnusableError } from '../../shared/wal/errors.js';
import { frameBytes } from '../../shared/wal/frame.js';
import { encodeSegmentHeader, segmentHeaderBytes } from '../../shared/wal/segment-header.js';
import type { LogIdentity, Sequence } from '../../shared/wal/types.js';
import {
  diskWith,
  known,
  logDirectory,
  nothingKnown,
  openMemoryLog,
  payloadsIn,
  segmentPath,
  testIdentity,
} from '../support/memory-log.js';
import { SimulatedDisk, type DiskImage } from '../support/simulated-disk.js';

const batches = [['a1', 'a2'], ['b1', 'b2'], ['c1'], ['d1', 'd2', 'd3'], ['e1', 'e2']];
const acknowledged = batches.flat();
const withoutLastBatch = batches.slice(0, -1).flat();
/** Two batches to a segment, so that the last has only one. */
const settings = { segmentBytes: 200 };
const zeros = 40;

let image: DiskImage;
/** First sequences of the segments. */
const firsts = [1, 5, 9];
const last = segmentPath(9);

beforeAll(async () => {
  image = (await diskWith(batches, settings)).image();
  expect([...image.keys()]).toEqual(firsts.map(segmentPath));
  // As a kill leaves it: zeros had been allocated ahead.
  image = new Map([...image]).set(last, Buffer.concat([image.get(last)!, Buffer.alloc(zeros)]));
});

/** What the database knows. */
const levels = [
  { knows: 'nothing', expected: known(0) },
  { knows: 'all', expected: known(acknowledged.length) },
] as const;

type Outcome =
  | { readonly status: 'opened'; readonly payloads: string[] }
  | { readonly status: 'refused'; readonly error: LogUnusableError };

async function open(damaged: DiskImage, expected = nothingKnown): Promise<Outcome> {
  const disk = new SimulatedDisk(damaged);
  const before = disk.fingerprint();
  try {
    const opened = await openMemoryLog({ ...settings, disk, expected });
    const payloads = await payloadsIn(opened);
    await opened.log.close();
    return { status: 'opened', payloads };
  } catch (error) {
    if (!(error instanceof LogUnusableError)) throw error;
    // Nothing is changed where a person must look.
    expect(disk.fingerprint()).toBe(before);
    expect(error.message).toContain(logDirectory);
    return { status: 'refused', error };
  }
}

function changed(path: string, change: (bytes: Buffer) => Buffer): DiskImage {
  return new Map([...image]).set(path, change(Buffer.from(image.get(path)!)));
}

/** Where the bytes are that the last batch's acknowledgement rests on. */
const lastBatch = { from: segmentHeaderBytes, to: segmentHeaderBytes + 2 * frameBytes(2) };

/** Damage to one byte of a segment: what may become of it. */
async function expectHonest(damaged: DiskImage, path: string, at: number): Promise<void> {
  for (const { knows, expected } of levels) {
    const outcome = await open(damaged, expected);
    const inZeros = path === last && at >= lastBatch.to;
    const inLastBatch = path === last && at >= lastBatch.from && !inZeros;
    if (inZeros) expect(outcome).toMatchObject({ payloads: acknowledged });
    else if (inLastBatch && knows === 'nothing') expect(outcome).toMatchObject({ payloads: withoutLastBatch });
    else {
      if (outcome.status === 'opened') throw new Error(`byte ${at} of ${path} is damaged, and ${knows} is known`);
      const { error } = outcome;
      // Also where it is the version: a flipped bit does not make it another build's.
      expect(error.code).toBe('corrupt');
      expect(error).toMatchObject({ file: path });
      expect((error as LogUnusableError & { offset: number }).offset).toBeLessThanOrEqual(Math.max(at, lastBatch.from));
    }
  }
}

describe.each(firsts)('segment %i', (first) => {
  const path = segmentPath(first);

  it('a flipped bit would lose or change a purchase without a word', async () => {
    for (let bit = 0; bit < image.get(path)!.length * 8; bit += 1) {
      const damaged = changed(path, (bytes) => {
        bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        return bytes;
      });
      await expectHonest(damaged, path, bit >> 3);
    }
  });

  it('a byte that became zero would lose or change a purchase without a word', async () => {
    for (const [at, byte] of image.get(path)!.entries()) {
      if (byte !== 0)
        await expectHonest(
          changed(path, (bytes) => bytes.fill(0, at, at + 1)),
          path,
          at,
        );
    }
  });

  it('a tail that is missing would take purchases with it without a word', async () => {
    for (let length = 0; length < image.get(path)!.length; length += 1) {
      await expectHonest(
        changed(path, (bytes) => bytes.subarray(0, length)),
        path,
        length,
      );
    }
  });

  it('zeros from anywhere to the end would pass for the end of the log', async () => {
    for (const [from, byte] of image.get(path)!.entries()) {
      if (byte !== 0)
        await expectHonest(
          changed(path, (bytes) => bytes.fill(0, from)),
          path,
          from,
        );
    }
  });

  it('garbage of any length at the end would be read, or keep the shop closed for good', async () => {
    for (const length of [1, 7, 8, 24, 100]) {
      const grown = changed(path, (bytes) => Buffer.concat([bytes, Buffer.alloc(length, 0xa5)]));
      for (const { expected } of levels) expect(await open(grown, expected)).toMatchObject({ payloads: acknowledged });
    }
  });

  it('its loss would go unnoticed', async () => {
    const damaged = new Map([...image].filter(([name]) => name !== path));
    for (const { knows, expected } of levels) {
      const outcome = await open(damaged, expected);
      if (path === last && knows === 'nothing') expect(outcome).toMatchObject({ payloads: withoutLastBatch });
      else expect(outcome).toMatchObject({ status: 'refused' });
    }
  });

  it('another segment in its place would be believed', async () => {
    for (const other of firsts.filter((each) => each !== first)) {
      const damaged = changed(path, () => Buffer.from(image.get(segmentPath(other))!));
      for (const { expected } of levels) {
        expect(await open(damaged, expected)).toMatchObject({ error: { code: 'corrupt', file: path, offset: 32 } });
      }
      const swapped = new Map([...damaged]).set(segmentPath(other), image.get(path)!);
      for (const { expected } of levels) {
        expect(await open(swapped, expected)).toMatchObject({ error: { code: 'corrupt', offset: 32 } });
      }
    }
  });

  it('a copy of it under another name would be believed', async () => {
    for (const name of [segmentPath(2), segmentPath(12), segmentPath(1000), `${logDirectory}/copy.wal`]) {
      const copied = new Map([...image]).set(name, image.get(path)!);
      const renamed = new Map([...copied].filter(([each]) => each !== path));
      for (const { expected } of levels) {
        expect(await open(copied, expected)).toMatchObject({ error: { code: 'corrupt', file: name } });
        expect(await open(renamed, expected)).toMatchObject({ error: { code: 'corrupt', file: name } });
      }
    }
  });

  it('that of another log would be believed', async () => {
    const expected = { ...nothingKnown, identity: 'ff'.repeat(16) as LogIdentity };
    const other = (await diskWith(batches, { ...settings, expected })).image().get(path)!;
    for (const level of levels) {
      expect(
        await open(
          changed(path, () => other),
          level.expected,
        ),
      ).toMatchObject({ error: { code: 'mismatch' } });
    }
  });

  it('a build that knows the format less well than the one that wrote it would go on regardless', async () => {
    const { bytes: header } = encodeSegmentHeader({
      identity: testIdentity,
      firstSequence: first as Sequence,
      predecessorBytes: 0,
      predecessorCrc: 0,
      createdAt: 0,
    });
    header.writeUInt32LE(2, 8);
    header.writeUInt32LE(0xdecade, 60);
    for (const { expected } of levels) {
      const newer = changed(path, (bytes) => Buffer.concat([header, bytes.subarray(segmentHeaderBytes)]));
      const outcome = await open(newer, expected);
      expect(outcome).toMatchObject({ error: { code: 'unknown-version' } });
      expect(outcome.status === 'refused' && outcome.error.message).toContain('version 2');
    }
  });
});

it('a log without damage would be refused', async () => {
  for (const { expected } of levels) expect(await open(image, expected)).toMatchObject({ payloads: acknowledged });
});
