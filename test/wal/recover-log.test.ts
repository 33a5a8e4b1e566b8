import { describe, expect, it } from '@jest/globals';

import { LogCorruptError, LogUnusableError } from '../../shared/wal/errors.js';
import {
  batchBytesLimit,
  frameBytes,
  frameSeed,
  sealFrame,
  tornBytesLimit,
  writeFrame,
} from '../../shared/wal/frame.js';
import { segmentHeaderBytes } from '../../shared/wal/segment-header.js';
import type { LogExpectation, LogIdentity, Sequence } from '../../shared/wal/types.js';
import { FaultFiles } from '../support/fault-files.js';
import { SimulatedDisk, type DiskImage } from '../support/simulated-disk.js';
import {
  diskWith,
  known,
  nothingKnown,
  openMemoryLog,
  payloadsIn,
  segmentPath,
  testIdentity,
} from '../support/memory-log.js';

const oneSegmentEach = { segmentBytes: 1 };
/** A log so long that what is stored elsewhere is not read again. */
const longLog = { verifiedBytesMax: 0 };
type OpenOptions = Partial<typeof longLog>;
const threeBatches = [['a1', 'a2'], ['b1'], ['c1', 'c2', 'c3']];
const allOfThree = threeBatches.flat();

/** Opens the log and hands back what a reader finds, or why it was refused; the disk is left as opening left it. */
async function reopen(disk: SimulatedDisk, expected: LogExpectation = nothingKnown, options: OpenOptions = {}) {
  const files = new FaultFiles(disk);
  try {
    const opened = await openMemoryLog({ ...options, disk, files, expected });
    const payloads = await payloadsIn(opened);
    await opened.log.close();
    expect(files.openPaths).toEqual([]);
    return { status: 'opened' as const, payloads, recovery: opened.log.recovery };
  } catch (error) {
    if (!(error instanceof LogUnusableError)) throw error;
    expect(files.openPaths).toEqual([]);
    return { status: 'refused' as const, error };
  }
}

/** The log must be refused for damage in a named file, and the disk be as it was. */
async function expectRefused(
  disk: SimulatedDisk,
  file: string,
  expected?: LogExpectation,
  options?: OpenOptions,
): Promise<LogCorruptError> {
  const before = disk.fingerprint();
  const outcome = await reopen(disk, expected, options);
  if (outcome.status !== 'refused') throw new Error(`the log was opened: ${outcome.payloads.join()}`);
  expect(disk.fingerprint()).toBe(before);
  const { error } = outcome;
  if (!(error instanceof LogCorruptError)) throw error;
  expect(error.file).toBe(file);
  return error;
}

function bytesOf(disk: SimulatedDisk, path: string): Buffer {
  const bytes = disk.image().get(path);
  if (!bytes) throw new Error(`${path} is not there`);
  return bytes;
}

/** A disk like this one with one file changed. */
function changed(image: DiskImage, path: string, change: (bytes: Buffer) => Buffer): SimulatedDisk {
  const disk = new SimulatedDisk(image);
  disk.put(path, change(bytesOf(disk, path)));
  return disk;
}

function flipped(bytes: Buffer, bit: number): Buffer {
  const at = bit >> 3;
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (bit & 7)), at);
  return bytes;
}

function withoutZeros(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0) + 1);
}

function tornFiles(disk: SimulatedDisk): string[] {
  return [...disk.image().keys()].filter((path) => path.includes('.torn-'));
}

/** Where each batch of `threeBatches` ends in a single segment. */
const batchEnds = threeBatches.reduce<number[]>((ends, batch) => {
  const bytes = batch.reduce((sum, payload) => sum + frameBytes(payload.length), 0);
  return [...ends, (ends.at(-1) ?? segmentHeaderBytes) + bytes];
}, []);
const [, secondEnd = 0, thirdEnd = 0] = batchEnds;

describe('a log that was closed or killed', () => {
  it('a purchase would be missing after a restart', async () => {
    const disk = await diskWith(threeBatches);
    expect(await reopen(disk)).toMatchObject({
      status: 'opened',
      payloads: allOfThree,
      recovery: { durableSequence: 6, tornBytes: 0, tornFile: undefined, firstSequence: 1 },
    });
  });

  it('a purchase in an older segment would be missing after a restart', async () => {
    const disk = await diskWith(threeBatches, oneSegmentEach);
    expect(await reopen(disk)).toMatchObject({ payloads: allOfThree, recovery: { durableSequence: 6, segments: 3 } });
  });

  it('a log whose last segment has only a header would forget where it was', async () => {
    const disk = await diskWith(threeBatches, oneSegmentEach);
    const opened = await openMemoryLog({ disk, segmentAgeMs: 1 });
    opened.clock.advance(10);
    await opened.log.close();
    const grown = await openMemoryLog({ disk, ...oneSegmentEach });
    expect(grown.log.durableSequence).toBe(6);
    await expect(grown.log.append(Buffer.from('d1'))).resolves.toBe(7);
    expect(await payloadsIn(grown)).toEqual([...allOfThree, 'd1']);
  });

  it('an empty log would not open a second time', async () => {
    const disk = await diskWith([]);
    expect(await reopen(disk)).toMatchObject({ payloads: [], recovery: { durableSequence: 0, firstSequence: 1 } });
  });

  it('what was recovered would be read, and lost again with the power', async () => {
    const disk = await diskWith(threeBatches);
    const files = new FaultFiles(disk);
    await openMemoryLog({ disk, files, expected: known(6) });
    const syncs = files.callsOf('datasync', 'syncDirectory', 'truncate');
    expect(syncs).toEqual([`datasync ${segmentPath(1)}`, 'syncDirectory /log']);
  });

  it('a purchase whose sync failed would be acknowledged after the restart and lost with the power', async () => {
    const disk = new SimulatedDisk();
    const files = new FaultFiles(disk);
    files.onSyncFailed = (path) => {
      disk.failSync(path);
    };
    const { log } = await openMemoryLog({ disk, files });
    files.failNext('datasync', { code: 'EIO' });
    await expect(log.append(Buffer.from('in doubt'))).rejects.toMatchObject({ code: 'outcome-unknown' });
    await log.close();
    // Readable in the kernel's memory, so recovered; from then on it counts as durable.
    expect(await reopen(disk)).toMatchObject({ payloads: ['in doubt'] });
    expect(await reopen(new SimulatedDisk(disk.imageAfterPowerCut()))).toMatchObject({ payloads: ['in doubt'] });
  });

  it('a log of a thousand segments would need a thousand files open at a time', async () => {
    const disk = await diskWith(
      Array.from({ length: 20 }, (_, n) => [`entry ${n}`]),
      oneSegmentEach,
    );
    const files = new FaultFiles(disk);
    let most = 0;
    files.onCall = () => {
      most = Math.max(most, files.openPaths.length);
      return undefined;
    };
    await openMemoryLog({ disk, files });
    expect(most).toBe(2);
  });

  it('a read that gives less than was asked for would pass for damage', async () => {
    const disk = await diskWith(threeBatches, oneSegmentEach);
    const oneByteAtATime = new FaultFiles({
      ...bound(disk),
      open: async (path, mode) => {
        const file = await disk.open(path, mode);
        return { ...file, read: (buffer, position) => file.read(buffer.subarray(0, 1), position) };
      },
    });
    const opened = await openMemoryLog({ disk, files: oneByteAtATime });
    expect(await payloadsIn(opened)).toEqual(allOfThree);
  });
});

/** The port's methods as plain functions. */
function bound(disk: SimulatedDisk) {
  return {
    makeDirectory: () => disk.makeDirectory(),
    list: (directory: string) => disk.list(directory),
    open: (path: string, mode: 'read' | 'write' | 'create') => disk.open(path, mode),
    rename: (from: string, to: string) => disk.rename(from, to),
    unlink: (path: string) => disk.unlink(path),
    syncDirectory: (directory: string) => disk.syncDirectory(directory),
    lock: (path: string) => disk.lock(path),
  };
}

describe('a torn tail', () => {
  it('a crash in the middle of a batch, at any byte, would lose earlier purchases or keep half of one', async () => {
    const image = (await diskWith(threeBatches)).image();
    for (let length = secondEnd; length < thirdEnd; length += 1) {
      const disk = changed(image, segmentPath(1), (bytes) => bytes.subarray(0, length));
      const outcome = await reopen(disk);
      const tornBytes = withoutZeros(bytesOf(new SimulatedDisk(image), segmentPath(1)).subarray(secondEnd, length));
      expect(outcome).toMatchObject({
        payloads: ['a1', 'a2', 'b1'],
        recovery: { durableSequence: 3, tornBytes: tornBytes.length },
      });
      expect(tornFiles(disk)).toHaveLength(tornBytes.length > 0 ? 1 : 0);
    }
  });

  it('the bytes of a torn tail would be gone for whoever investigates', async () => {
    const disk = changed((await diskWith(threeBatches)).image(), segmentPath(1), (bytes) => bytes.subarray(0, -1));
    const tail = bytesOf(disk, segmentPath(1)).subarray(secondEnd);
    const outcome = await reopen(disk);
    if (outcome.status !== 'opened') throw outcome.error;
    const { tornFile } = outcome.recovery;
    expect(tornFile).toBe(`${segmentPath(1)}.torn-${secondEnd}-1700000000000`);
    expect(bytesOf(disk, tornFile!)).toEqual(withoutZeros(tail));
    expect(bytesOf(disk, segmentPath(1))).toHaveLength(secondEnd - frameBytes(2));
    expect(bytesOf(disk, segmentPath(3))).toHaveLength(segmentHeaderBytes + frameBytes(2));
  });

  it('of a long torn tail only the end would be kept', async () => {
    const long = Array.from({ length: 40_000 }, (_, n) => String(n)).join();
    const disk = changed((await diskWith([['a1'], [long]])).image(), segmentPath(1), (bytes) => bytes.subarray(0, -9));
    const tail = bytesOf(disk, segmentPath(1)).subarray(segmentHeaderBytes + frameBytes(2));
    const outcome = await reopen(disk);
    expect(outcome).toMatchObject({ payloads: ['a1'], recovery: { tornBytes: tail.length } });
    expect(tornFiles(disk).map((path) => bytesOf(disk, path))).toEqual([tail]);
  });

  it('the tail would be cut before its copy was safe', async () => {
    const disk = changed((await diskWith(threeBatches)).image(), segmentPath(1), (bytes) => bytes.subarray(0, -1));
    const files = new FaultFiles(disk);
    const { log } = await openMemoryLog({ disk, files, expected: known(3) });
    const torn = log.recovery.tornFile!;
    const changes = files.callsOf('write', 'datasync', 'syncDirectory', 'truncate', 'rename', 'unlink');
    expect(changes).toEqual([
      `write ${torn}`,
      `datasync ${torn}`,
      'syncDirectory /log',
      `truncate ${segmentPath(1)}`,
      `datasync ${segmentPath(1)}`,
      'syncDirectory /log',
    ]);
  });

  it('each start on a full disk would leave another piece of the tail', async () => {
    const disk = changed((await diskWith(threeBatches)).image(), segmentPath(1), (bytes) => bytes.subarray(0, -1));
    const before = disk.fingerprint();
    const files = new FaultFiles(disk);
    files.failNext('write', { code: 'ENOSPC', written: 0.5 });
    await expect(openMemoryLog({ disk, files })).rejects.toMatchObject({ code: 'not-accessible' });
    expect(disk.fingerprint()).toBe(before);
    expect(files.openPaths).toEqual([]);
  });

  it('an entry appended after a torn tail would be lost behind it', async () => {
    const disk = changed((await diskWith(threeBatches)).image(), segmentPath(1), (bytes) => bytes.subarray(0, -1));
    const opened = await openMemoryLog({ disk });
    await expect(opened.log.append(Buffer.from('next'))).resolves.toBe(4);
    await opened.log.close();
    expect(await reopen(disk)).toMatchObject({ payloads: ['a1', 'a2', 'b1', 'next'], recovery: { tornBytes: 0 } });
  });

  it('zeros that were allocated ahead would keep the shop closed, or pass for a torn tail', async () => {
    const image = (await diskWith(threeBatches)).image();
    for (const zeros of [1, 7, 8, 23, 24, 4096, tornBytesLimit]) {
      const disk = changed(image, segmentPath(1), (bytes) => Buffer.concat([bytes, Buffer.alloc(zeros)]));
      expect(await reopen(disk)).toMatchObject({ payloads: allOfThree, recovery: { tornBytes: 0 } });
      expect(tornFiles(disk)).toEqual([]);
    }
  });

  it('a hole in the batch that was in flight, with its last frame on disk, would be taken for damage', async () => {
    const image = (await diskWith(threeBatches)).image();
    const disk = changed(image, segmentPath(1), (bytes) => bytes.fill(0, secondEnd, secondEnd + frameBytes(2)));
    expect(await reopen(disk)).toMatchObject({ payloads: ['a1', 'a2', 'b1'] });
    expect(tornFiles(disk)).toHaveLength(1);
  });

  it('more than a crash can leave would be cut off as if nobody had been told of it', async () => {
    const image = (await diskWith(threeBatches)).image();
    for (const fill of [0, 0xa5]) {
      const disk = changed(image, segmentPath(1), (bytes) =>
        Buffer.concat([bytes, Buffer.alloc(tornBytesLimit + 8, fill)]),
      );
      const error = await expectRefused(disk, segmentPath(1));
      expect(error.offset).toBe(thirdEnd);
      expect(error.message).toContain('more than a crash leaves');
    }
  });
});

/*
 * The ambiguity of the last batch. One batch may be in flight when a process dies, and what the disk kept of it looks the
 * same as damage to a batch that was acknowledged last. Without a later batch behind it, or word from elsewhere, nothing
 * tells them apart, so the bytes are kept aside and cut. `expected.durable`, which the database supplies, is that word: with
 * it, damage to anything at or below is refused wherever it lies. test/crash/corruption.test.ts goes through all of it.
 */
describe('damage', () => {
  it('zeros from anywhere to anywhere before the last batch would pass for the end of the log', async () => {
    const image = (await diskWith(threeBatches)).image();
    for (let from = segmentHeaderBytes; from < secondEnd; from += 8) {
      await expectRefused(
        changed(image, segmentPath(1), (bytes) => bytes.fill(0, from, secondEnd)),
        segmentPath(1),
      );
    }
  });

  it('what stands behind the end that a successor states would be believed, or thrown away without a copy', async () => {
    const image = (await diskWith(threeBatches, oneSegmentEach)).image();
    const original = bytesOf(new SimulatedDisk(image), segmentPath(1));
    for (const surplus of [Buffer.alloc(8), Buffer.from('surplus!'), original.subarray(segmentHeaderBytes)]) {
      const disk = changed(image, segmentPath(1), (bytes) => Buffer.concat([bytes, surplus]));
      expect(await reopen(disk)).toMatchObject({ payloads: allOfThree });
      expect(bytesOf(disk, segmentPath(1))).toEqual(original);
      const kept = tornFiles(disk).map((path) => bytesOf(disk, path));
      expect(kept).toEqual(surplus[0] === 0 ? [] : [withoutZeros(surplus)]);
    }
  });

  it('as much as a crash can leave behind an older segment would keep the shop closed', async () => {
    const image = (await diskWith(threeBatches, oneSegmentEach)).image();
    const surplus = Buffer.alloc(batchBytesLimit + tornBytesLimit);
    const grown = changed(image, segmentPath(1), (bytes) => Buffer.concat([bytes, surplus]));
    expect(await reopen(grown)).toMatchObject({ payloads: allOfThree });
  });

  it('an older segment that grew by more than a crash leaves would be cut as if nobody had written there', async () => {
    const image = (await diskWith(threeBatches, oneSegmentEach)).image();
    const surplus = Buffer.alloc(batchBytesLimit + tornBytesLimit + 1);
    await expectRefused(
      changed(image, segmentPath(1), (bytes) => Buffer.concat([bytes, surplus])),
      segmentPath(1),
    );
  });

  it('a log cut at the end of a batch would be believed, though the database knows of more', async () => {
    const image = (await diskWith(threeBatches)).image();
    const disk = changed(image, segmentPath(1), (bytes) => bytes.subarray(0, secondEnd));
    expect((await expectRefused(disk, segmentPath(1), known(4))).message).toContain('entry 4 was durable');
    await expectRefused(disk, segmentPath(1), known(0, 4));
    expect(await reopen(disk, known(3))).toMatchObject({ status: 'opened' });
  });

  it('a last segment without a whole header would be taken for one that was being made', async () => {
    const image = (await diskWith(threeBatches, oneSegmentEach)).image();
    for (let length = 0; length < segmentHeaderBytes; length += 1) {
      const disk = changed(image, segmentPath(4), (bytes) => bytes.subarray(0, length));
      expect((await expectRefused(disk, segmentPath(4))).offset).toBe(length);
    }
  });

  it('the batch that ran behind a damaged one, however far, would be lost with it', async () => {
    const disk = await diskWith([['damaged'], ['x'.repeat(700_000)], ['y'.repeat(700_000)], ['the last']]);
    const damaged = changed(disk.image(), segmentPath(1), (bytes) => bytes.fill(0xff, segmentHeaderBytes, 1_400_000));
    expect((await expectRefused(damaged, segmentPath(1))).message).toContain('a later batch at byte');
  });

  it('a purchase and the damaged one before it would be lost, because its frame ends in zeros', async () => {
    const payloads = ['1', '12', '123', '1234', '12345', '123456', '1234567', '12345678', '\0', '1' + '\0'.repeat(100)];
    for (const payload of payloads) {
      const image = (await diskWith([['a1'], ['damaged'], [payload]])).image();
      const damagedAt = segmentHeaderBytes + frameBytes(2) + 24;
      for (const allocated of [0, 5000]) {
        const disk = changed(image, segmentPath(1), (bytes) =>
          Buffer.concat([flipped(bytes, damagedAt * 8), Buffer.alloc(allocated)]),
        );
        expect((await expectRefused(disk, segmentPath(1))).message).toContain('a later batch at byte');
      }
    }
  });

  it('a payload that looks like a later batch of another log would keep the shop closed', async () => {
    const frame = Buffer.alloc(frameBytes(8));
    const entry = { sequence: 2 as Sequence, index: 0, payload: Buffer.from('imposter') };
    const bytes = writeFrame(frame, 0, entry.sequence, entry.index, entry.payload);
    sealFrame(frame, 0, bytes, frameSeed('ff'.repeat(16) as LogIdentity), true);
    const { log, disk } = await openMemoryLog();
    await log.append(Buffer.concat([Buffer.alloc(8), frame, frame]));
    await log.close();
    const torn = changed(disk.image(), segmentPath(1), (segment) => flipped(segment, (segmentHeaderBytes + 24) * 8));
    expect(await reopen(torn)).toMatchObject({ payloads: [] });
  });
});

describe('segments', () => {
  const removals = [
    { first: 1, refusedFor: 'mismatch' },
    { first: 3, refusedFor: 'corrupt' },
  ];
  for (const durable of [0, 3, 6]) {
    for (const { first, refusedFor } of removals) {
      it(`the loss of segment ${first} would go unnoticed, when the database knows ${durable} entries`, async () => {
        const disk = await diskWith(threeBatches, oneSegmentEach);
        disk.remove(segmentPath(first));
        const before = disk.fingerprint();
        expect(await reopen(disk, known(durable))).toMatchObject({ status: 'refused', error: { code: refusedFor } });
        expect(disk.fingerprint()).toBe(before);
      });
    }
  }

  it('the loss of a segment between two of the same size would go unnoticed', async () => {
    const disk = await diskWith([['aa'], ['bb'], ['cc']], oneSegmentEach);
    disk.remove(segmentPath(2));
    expect((await expectRefused(disk, segmentPath(1), known(3), longLog)).message).toContain(
      'does not end with entry 2',
    );
  });

  it('damage in an older segment would go unnoticed because the database has its entries', async () => {
    const disk = await diskWith(threeBatches, oneSegmentEach);
    const damaged = changed(disk.image(), segmentPath(3), (bytes) => {
      bytes.writeUInt8(bytes.readUInt8(90) ^ 1, 90);
      return bytes;
    });
    await expectRefused(damaged, segmentPath(3), known(6));
    expect(await reopen(damaged, known(6), longLog)).toMatchObject({ error: { code: 'corrupt' } });
  });

  it('damage in a long log would go unnoticed although nobody else has the entry', async () => {
    const image = (await diskWith(threeBatches, oneSegmentEach)).image();
    const damaged = () => changed(image, segmentPath(1), (bytes) => flipped(bytes, (segmentHeaderBytes + 24) * 8));
    for (const durable of [0, 1]) await expectRefused(damaged(), segmentPath(1), known(durable), longLog);
    // Up to the limit all of it is read; beyond, nothing that is stored elsewhere.
    const sealedBytes = 2 * segmentHeaderBytes + 3 * frameBytes(2);
    await expectRefused(damaged(), segmentPath(1), known(2), { verifiedBytesMax: sealedBytes });
    const opened = await openMemoryLog({
      disk: damaged(),
      expected: known(2),
      verifiedBytesMax: sealedBytes - 1,
    });
    await opened.log.close();
  });

  it('a segment of the same log from another time would be believed', async () => {
    const image = (await diskWith(threeBatches, oneSegmentEach)).image();
    const other = (await diskWith([['z1', 'z2'], ['b1']], oneSegmentEach)).image();
    for (const options of [{}, longLog]) {
      const mixed = changed(image, segmentPath(1), () => other.get(segmentPath(1))!);
      await expectRefused(mixed, segmentPath(1), known(6), options);
    }
  });

  it('the end of a long older segment would be looked for in vain', async () => {
    const disk = await diskWith([['short'], ['x'.repeat(500_000)], ['last']], oneSegmentEach);
    expect(await reopen(disk, known(3), longLog)).toMatchObject({ recovery: { segments: 3, durableSequence: 3 } });
  });

  it('the loss of the last segment would go unnoticed, though the database knows its entries', async () => {
    const disk = await diskWith(threeBatches, oneSegmentEach);
    disk.remove(segmentPath(4));
    await expectRefused(disk, segmentPath(3), known(4));
  });

  it('the loss of the whole log would go unnoticed, though the database knows its entries', async () => {
    expect(await reopen(new SimulatedDisk(), known(1))).toMatchObject({ error: { code: 'mismatch' } });
    expect(await reopen(new SimulatedDisk(), known(0, 1))).toMatchObject({ error: { code: 'mismatch' } });
  });

  it('segments that were pruned would be missed', async () => {
    const disk = await diskWith(threeBatches, oneSegmentEach);
    disk.remove(segmentPath(1));
    const outcome = await reopen(disk, known(3, 2));
    expect(outcome).toMatchObject({ payloads: ['b1', 'c1', 'c2', 'c3'], recovery: { firstSequence: 3 } });
  });

  it('a segment removed although not yet delivered would go unnoticed', async () => {
    const disk = await diskWith(threeBatches, oneSegmentEach);
    disk.remove(segmentPath(1));
    expect(await reopen(disk, known(6, 1))).toMatchObject({ error: { code: 'mismatch' } });
    // A mark beyond what is stored elsewhere is no proof that the rest is.
    expect(await reopen(disk, known(1, 2))).toMatchObject({ error: { code: 'mismatch' } });
  });

  it('a new database would not be filled from what the log still holds', async () => {
    const disk = await diskWith(threeBatches, oneSegmentEach);
    disk.remove(segmentPath(1));
    const outcome = await reopen(disk, { ...nothingKnown, identity: undefined });
    expect(outcome).toMatchObject({ payloads: ['b1', 'c1', 'c2', 'c3'], recovery: { identity: testIdentity } });
  });

  it('a segment under another name would be passed over', async () => {
    for (const name of ['1.wal', 'copy.wal', '00000000000000000003.WAL.wal', '00000000000000000000.wal']) {
      const disk = await diskWith([['aa']]);
      disk.put(`/log/${name}`, bytesOf(disk, segmentPath(1)));
      await expectRefused(disk, `/log/${name}`);
    }
  });

  it('a segment that a crash left half made would keep the shop closed', async () => {
    const disk = await diskWith(threeBatches);
    disk.put(`${segmentPath(7)}.new`, Buffer.from('half a header'));
    expect(await reopen(disk)).toMatchObject({ payloads: allOfThree });
    expect(disk.image().has(`${segmentPath(7)}.new`)).toBe(false);
    const first = new SimulatedDisk(new Map([[`${segmentPath(1)}.new`, Buffer.alloc(3)]]));
    expect(await reopen(first)).toMatchObject({ payloads: [] });
    expect([...first.image().keys()]).toEqual([segmentPath(1)]);
  });

  it('files of somebody else in the directory would be removed', async () => {
    const disk = await diskWith(threeBatches);
    for (const name of ['notes.new', 'notes', 'x.wal.new']) disk.put(`/log/${name}`, Buffer.from('mine'));
    expect(await reopen(disk)).toMatchObject({ payloads: allOfThree });
    expect([...disk.image().keys()]).toEqual([
      segmentPath(1),
      segmentPath(4),
      '/log/notes',
      '/log/notes.new',
      '/log/x.wal.new',
    ]);
  });
});
